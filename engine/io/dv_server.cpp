// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/dv_server.hpp"
#include "engine/core/error.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <string>

namespace saltus::io {

/// One who listens, with a stream of its own: it begins with a header whenever it comes.
struct DvServer::Client final : ByteSink {
    Client(Descriptor s, const EncodeOptions& options)
        : socket(std::move(s)), encoder(make_dv_encoder(*this, options)) {
        encoder->hand_on();
    }
    void write(Bytes bytes) override {
        if (gone || bytes.empty()) return;
        const auto sent = send(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        gone = sent != static_cast<ssize_t>(bytes.size()); // what follows would make no sense to it
    }
    void overwrite(std::uint64_t, Bytes) override {}

    Descriptor socket;
    bool gone = false;
    std::unique_ptr<Encoder> encoder;
};

DvServer::DvServer(const Endpoint& at, const EncodeOptions& options)
    : options_(options), listener_(open_socket(at, SocketRole::listen)) {
    if (options.geometry.width == 0 || options.geometry.height == 0) {
        throw ConfigError("DvServer", "there is no geometry", "give the size of the sensor: the header tells it");
    }
}

DvServer::~DvServer() = default;

bool DvServer::await_client(std::chrono::milliseconds timeout) {
    pollfd wait{.fd = listener_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(timeout.count())) > 0) accept_all();
    return !clients_.empty();
}

void DvServer::accept_all() {
    constexpr int send_bytes = 4 << 20;
    for (;;) {
        Descriptor socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket) return;
        setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes);
        clients_.push_back(std::make_unique<Client>(std::move(socket), options_));
    }
}

void DvServer::take(std::span<const SensorEvent> events) {
    accept_all();
    for (const auto& client : clients_) {
        client->encoder->take(events);
        client->encoder->hand_on();
    }
    dropped_ += std::erase_if(clients_, [](const auto& client) { return client->gone; });
}

} // namespace saltus::io
