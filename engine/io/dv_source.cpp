// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/dv_source.hpp"
#include "engine/core/error.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <thread>

namespace saltus::io {
namespace {

/// Counter by counter.
StreamCounters sum(const StreamCounters& a, const StreamCounters& b) {
    using Words = std::array<std::uint64_t, sizeof(StreamCounters) / sizeof(std::uint64_t)>;
    auto words = std::bit_cast<Words>(a);
    const auto more = std::bit_cast<Words>(b);
    for (std::size_t i = 0; i < words.size(); ++i) words[i] += more[i];
    return std::bit_cast<StreamCounters>(words);
}

/// Whether something can be done with the socket within the time.
bool ready(const Descriptor& socket, short events, std::chrono::milliseconds timeout) {
    pollfd wait{.fd = socket.get(), .events = events, .revents = 0};
    return ::poll(&wait, 1, static_cast<int>(timeout.count())) > 0;
}

} // namespace

DvSource::DvSource(Endpoint server, const DvOptions& options)
    : server_(std::move(server)), options_(options), wait_(options.first_wait),
      decoder_(make_dv_decoder(options.decode)), buffer_(std::size_t{64} << 10) {}

bool DvSource::poll(EventSink& sink, std::chrono::milliseconds timeout) {
    if (!socket_) {
        connect(timeout);
    } else if (connecting_) {
        finish_connecting(timeout);
    } else {
        return receive(sink, timeout);
    }
    return true;
}

void DvSource::connect(std::chrono::milliseconds timeout) {
    if (const auto now = Clock::now(); now < retry_at_) {
        std::this_thread::sleep_until(std::min<Clock::time_point>(retry_at_, now + timeout));
        return;
    }
    try {
        socket_ = open_socket(server_, SocketRole::connect_stream);
        connecting_ = true;
    } catch (const ConfigError&) { // nobody there, or no such host: later, perhaps
        back_off();
    }
}

void DvSource::finish_connecting(std::chrono::milliseconds timeout) {
    if (!ready(socket_, POLLOUT, timeout)) return;
    int error = 0;
    socklen_t size = sizeof error;
    connecting_ = false;
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return back_off();
    ++transport_.connections;
    wait_ = options_.first_wait;
}

bool DvSource::receive(EventSink& sink, std::chrono::milliseconds timeout) {
    if (!ready(socket_, POLLIN, timeout)) return true;
    const auto size = recv(socket_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (size <= 0) return disconnect(sink);
    ++transport_.packets;
    decoder_->feed({buffer_.data(), static_cast<std::size_t>(size)}, sink);
    count();
    return !decoder_->fault() || disconnect(sink);
}

void DvSource::back_off() {
    socket_.reset();
    retry_at_ = Clock::now() + wait_;
    wait_ = std::min(2 * wait_, options_.longest_wait);
}

/// The next connection begins with a header of its own, so with a decoder of its own.
bool DvSource::disconnect(EventSink& sink) {
    decoder_->finish(sink);
    count();
    earlier_ = counters_;
    decoder_ = make_dv_decoder(options_.decode);
    ++transport_.broken;
    back_off();
    return options_.reconnect;
}

void DvSource::count() { counters_ = sum(earlier_, decoder_->counters()); }

} // namespace saltus::io
