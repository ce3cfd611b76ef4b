// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/udp.hpp"
#include "engine/core/error.hpp"
#include "engine/io/live_input.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <vector>

namespace saltus::io {

/// What one system call may bring.
struct UdpSource::Batch {
    static constexpr std::size_t messages = 32, bytes = std::size_t{64} << 10;
    std::vector<std::byte> memory = std::vector<std::byte>(messages * bytes);
    std::array<iovec, messages> pieces{};
    std::array<mmsghdr, messages> headers{};
    struct alignas(cmsghdr) Control {
        std::array<std::byte, CMSG_SPACE(sizeof(std::uint32_t))> bytes;
    };
    std::array<Control, messages> control{};

    std::byte* data(std::size_t i) { return memory.data() + i * bytes; }
    void prepare() {
        for (std::size_t i = 0; i < messages; ++i) {
            pieces[i] = {data(i), bytes};
            headers[i] = {};
            headers[i].msg_hdr.msg_iov = &pieces[i];
            headers[i].msg_hdr.msg_iovlen = 1;
            headers[i].msg_hdr.msg_control = control[i].bytes.data();
            headers[i].msg_hdr.msg_controllen = control[i].bytes.size();
        }
    }
};

UdpSource::UdpSource(const Endpoint& at, const UdpOptions& options)
    : options_(options), socket_(open_socket(at, SocketRole::bind_datagrams)),
      decoder_(make_payload_decoder(options.payload, options.decode)), batch_(std::make_unique<Batch>()) {
    if (options_.host_clock_us == nullptr) options_.host_clock_us = host_time_us;
    const int on = 1;
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &options_.receive_bytes, sizeof options_.receive_bytes);
    setsockopt(socket_.get(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
}

UdpSource::~UdpSource() = default;

int UdpSource::receive_bytes() const {
    int granted = 0;
    socklen_t size = sizeof granted;
    return getsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &granted, &size) == 0 ? granted : 0;
}

bool UdpSource::poll(EventSink& sink, std::chrono::milliseconds timeout) {
    pollfd wait{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(timeout.count())) <= 0) return true;
    batch_->prepare();
    const int count = recvmmsg(socket_.get(), batch_->headers.data(), Batch::messages, MSG_DONTWAIT, nullptr);
    const std::int64_t arrival_us = options_.host_clock_us();
    for (int i = 0; i < count; ++i) take(static_cast<std::size_t>(i), sink, arrival_us);
    return true;
}

void UdpSource::take(std::size_t message, EventSink& sink, std::int64_t arrival_us) {
    mmsghdr& header = batch_->headers.at(message);
    for (cmsghdr* c = CMSG_FIRSTHDR(&header.msg_hdr); c != nullptr; c = CMSG_NXTHDR(&header.msg_hdr, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL) continue;
        std::uint32_t drops = 0; // since the socket was opened
        std::memcpy(&drops, CMSG_DATA(c), sizeof drops);
        kernel_drops_ += drops - last_drops_;
        last_drops_ = drops;
    }
    if ((header.msg_hdr.msg_flags & MSG_TRUNC) != 0) {
        ++too_long_;
        return;
    }
    decoder_->decode({batch_->data(message), header.msg_len}, arrival_us, sink);
}

TransportCounters UdpSource::transport() const {
    TransportCounters c;
    c.packets = decoder_->datagrams() + too_long_;
    c.kernel_drops = kernel_drops_;
    c.lost = decoder_->lost();
    c.disordered = decoder_->disordered();
    c.too_long = too_long_;
    return c;
}

UdpSink::UdpSink(const Endpoint& to, Payload payload, std::size_t most_bytes)
    : socket_(open_socket(to, SocketRole::connect_datagrams)), encoder_(payload, most_bytes) {}

void UdpSink::take(std::span<const SensorEvent> events) {
    for (const SensorEvent& event : events) {
        if (encoder_.add(event) != PayloadEncoder::Added::full) continue;
        send();
        (void)encoder_.add(event); // an empty datagram has room
    }
    send();
}

void UdpSink::send() {
    const Bytes datagram = encoder_.datagram();
    if (datagram.empty()) return;
    const auto done = ::send(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ++(done == static_cast<ssize_t>(datagram.size()) ? sent_ : failed_);
    encoder_.restart();
}

} // namespace saltus::io
