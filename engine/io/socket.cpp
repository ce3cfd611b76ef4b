// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/socket.hpp"
#include "engine/core/error.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

namespace saltus::io {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

bool is_stream(SocketRole role) { return role == SocketRole::listen || role == SocketRole::connect_stream; }
bool connects(SocketRole role) { return role == SocketRole::connect_datagrams || role == SocketRole::connect_stream; }

std::string name_of(const Endpoint& endpoint) { return endpoint.host + ":" + std::to_string(endpoint.port); }

Addresses resolve(const Endpoint& endpoint, SocketRole role) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = is_stream(role) ? SOCK_STREAM : SOCK_DGRAM;
    hints.ai_flags = AI_NUMERICSERV | (connects(role) ? 0 : AI_PASSIVE);
    addrinfo* found = nullptr;
    const int error = getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
    if (error != 0) {
        throw ConfigError(name_of(endpoint), gai_strerror(error), "name a host that can be found, such as 127.0.0.1");
    }
    return {found, freeaddrinfo};
}

/// 0 or an errno.
int set_up(int socket, const addrinfo& address, SocketRole role) {
    const int on = 1;
    if (role == SocketRole::listen) setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (is_stream(role)) setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int done = connects(role) ? connect(socket, address.ai_addr, address.ai_addrlen)
                                    : bind(socket, address.ai_addr, address.ai_addrlen);
    if (done != 0) return errno == EINPROGRESS ? 0 : errno;
    if (role == SocketRole::listen && listen(socket, 8) != 0) return errno;
    return 0;
}

} // namespace

void Descriptor::reset() {
    if (number_ >= 0) close(number_);
    number_ = -1;
}

Endpoint parse_endpoint(const std::string& text, const std::string& default_host) {
    const std::size_t colon = text.rfind(':');
    std::string host = colon == std::string::npos ? "" : text.substr(0, colon);
    const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    Endpoint endpoint{host.empty() ? default_host : host, 0};
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
    if (port.empty() || error != std::errc{} || end != port.data() + port.size()) {
        throw ConfigError("address", "'" + text + "' has no port from 0 to 65535",
                          "write host:port, such as 0.0.0.0:3333");
    }
    return endpoint;
}

Descriptor open_socket(const Endpoint& endpoint, SocketRole role) {
    const Addresses addresses = resolve(endpoint, role);
    int error = 0;
    for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next) {
        Descriptor socket(::socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol));
        error = socket ? set_up(socket.get(), *a, role) : errno;
        if (error == 0) return socket;
    }
    throw ConfigError(name_of(endpoint), std::strerror(error),
                      "use an address of this machine and a port that is free");
}

std::uint16_t port_of(const Descriptor& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    const in_port_t port = address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                                         : reinterpret_cast<sockaddr_in*>(&address)->sin_port;
    return ntohs(port);
}

} // namespace saltus::io
