// SPDX-License-Identifier: BSD-3-Clause
// File descriptors that close themselves, and addresses as users write them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace saltus::io {

class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        reset();
        number_ = std::exchange(other.number_, -1);
        return *this;
    }

    [[nodiscard]] int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    void reset();

  private:
    int number_ = -1;
};

/// "host:port"; IPv6 addresses in brackets, "[::1]:3333".
struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
};

/// Throws ConfigError if it is none. Without a host ("3333" or ":3333") `default_host` is taken.
[[nodiscard]] Endpoint parse_endpoint(const std::string& text, const std::string& default_host);

enum class SocketRole : std::uint8_t { bind_datagrams, connect_datagrams, listen, connect_stream };
/// An open socket; never blocks (with connect_stream connecting may still go on: wait until it can be written to).
/// Throws ConfigError naming the address and what is wrong.
[[nodiscard]] Descriptor open_socket(const Endpoint& endpoint, SocketRole role);
/// The port a socket is bound to.
[[nodiscard]] std::uint16_t port_of(const Descriptor& socket);

} // namespace saltus::io
