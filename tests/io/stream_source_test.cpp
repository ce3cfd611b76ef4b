// SPDX-License-Identifier: BSD-3-Clause
// DV's network stream over the loopback, and pipes: events come when they are sent, connections come back, bad bytes
// end a connection and nothing else.
#include "engine/core/error.hpp"
#include "engine/io/dv_server.hpp"
#include "engine/io/dv_source.hpp"
#include "engine/io/pipe_source.hpp"
#include "tests/io/support/collect.hpp"
#include "tests/io/support/samples.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace saltus::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const io::Endpoint any_port{"127.0.0.1", 0};

template <class Done>
bool poll_until(io::LiveSource& source, Collector& collector, const Done& done) {
    for (const auto give_up = Clock::now() + 10s; Clock::now() < give_up;) {
        if (done()) return true;
        if (!source.poll(collector, 5ms)) return done();
    }
    return false;
}

io::EncodeOptions camera(io::Packing packing = io::Packing::lz4) {
    return {.geometry = {640, 480}, .packing = packing};
}

TEST_CASE("events of a DV server, as soon as they are sent", "[io][dv][fast]") {
    for (const io::Packing packing : {io::Packing::none, io::Packing::lz4, io::Packing::zstd}) {
        io::DvServer server(any_port, camera(packing));
        io::DvSource source({"127.0.0.1", server.port()});
        Collector collector;
        REQUIRE(poll_until(source, collector, [&] { return source.connected() && server.await_client(0ms); }));
        const Events events = scene();
        for (std::size_t sent = 0; sent < events.size();) {
            const std::size_t count = std::min<std::size_t>(20, events.size() - sent);
            server.take(std::span(events).subspan(sent, count));
            sent += count;
            REQUIRE(
                poll_until(source, collector, [&] { return collector.events.size() == sent; })); // none is held back
        }
        CHECK(collector.events == events);
        CHECK(source.geometry() == io::Geometry{640, 480});
        CHECK(source.transport().connections == 1);
        CHECK(source.counters().malformed == 0);
        CHECK(server.clients() == 1);
    }
}

TEST_CASE("a client comes late, goes, and comes again", "[io][dv][fast]") {
    auto server = std::make_unique<io::DvServer>(any_port, camera());
    const io::Endpoint address{"127.0.0.1", server->port()};
    const Events events = scene();
    server->take(events); // nobody there
    io::DvSource source(address, {.first_wait = 5ms, .longest_wait = 10ms});
    Collector collector;
    REQUIRE(poll_until(source, collector, [&] { return server->await_client(0ms); }));
    server->take(events);
    REQUIRE(poll_until(source, collector, [&] { return collector.events.size() == events.size(); }));
    server.reset(); // the server ends
    REQUIRE(poll_until(source, collector, [&] { return source.transport().broken == 1; }));
    server = std::make_unique<io::DvServer>(address, camera()); // and is back
    REQUIRE(poll_until(source, collector, [&] { return server->await_client(0ms); }));
    server->take(events);
    REQUIRE(poll_until(source, collector, [&] { return collector.events.size() == 2 * events.size(); }));
    CHECK(source.transport().connections == 2);
    CHECK(source.counters().events == 2 * events.size());
    CHECK_THROWS_AS(io::DvServer(any_port, io::EncodeOptions{}), ConfigError);
}

TEST_CASE("a slow client is dropped, the others are served", "[io][dv]") {
    io::DvServer server(any_port, camera(io::Packing::none));
    const io::Endpoint address{"127.0.0.1", server.port()};
    io::DvSource source(address, {.reconnect = false});
    io::DvSource asleep(address, {.reconnect = false});
    Collector collector, none;
    const auto both = [&] { return source.connected() && server.await_client(0ms) && server.clients() == 2; };
    REQUIRE(poll_until(asleep, none, [&] { return asleep.connected(); }));
    REQUIRE(poll_until(source, collector, both));
    const Events burst(4096, io::SensorEvent{1, 2, 3, 1});
    std::size_t sent = 0;
    for (; server.dropped_clients() == 0 && sent < 100'000'000; sent += burst.size()) {
        server.take(burst);
        REQUIRE(poll_until(source, collector, [&] { return source.counters().events == sent + burst.size(); }));
        collector.events.clear();
    }
    CHECK(server.dropped_clients() == 1);
    CHECK(server.clients() == 1);
}

/// Bytes that come through a socket as through a network.
struct Wire {
    Wire() { REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0); }
    ~Wire() { close_writer(); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    void write(std::string_view bytes) const {
        REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
    void close_writer() {
        if (ends[1] >= 0) close(ends[1]);
        ends[1] = -1;
    }
    std::array<int, 2> ends{-1, -1};
};

TEST_CASE("every format through a pipe, found from its content or named", "[io][pipe][fast]") {
    std::size_t formats = 0;
    for (const Sample& sample : samples()) {
        for (const bool named : {false, true}) {
            INFO(sample.format << ", " << sample.what << (named ? ", named" : ""));
            Wire wire;
            io::PipeSource source(io::Descriptor(wire.ends[0]), named ? sample.format : "");
            Collector collector;
            wire.write(std::string_view(sample.bytes).substr(0, 700));
            source.poll(collector, 1s);
            wire.write(std::string_view(sample.bytes).substr(std::min<std::size_t>(700, sample.bytes.size())));
            wire.close_writer();
            while (source.poll(collector, 1s)) {
            }
            CHECK(collector.events == sample.events);
            CHECK_FALSE(source.fault());
            CHECK(source.counters().events == sample.events.size());
            ++formats;
        }
    }
    CHECK(formats > 20);
}

TEST_CASE("events of a pipe come before it ends", "[io][pipe][fast]") {
    Wire wire;
    io::PipeSource source(io::Descriptor(wire.ends[0]), "text");
    Collector collector;
    CHECK(source.poll(collector, 0ms)); // nothing yet
    wire.write("t,x,y,p\n100,1,2,1\n200,3,4,0\n300,5");
    CHECK(source.poll(collector, 1s));
    CHECK(collector.events == Events{{100, 1, 2, 1}, {200, 3, 4, 0}});
    wire.write(",6,1\n");
    CHECK(source.poll(collector, 1s));
    CHECK(collector.events.size() == 3);
}

TEST_CASE("pipes that hold no events are named as such", "[io][pipe][fast]") {
    Wire wire;
    io::PipeSource source(io::Descriptor(wire.ends[0]), "");
    Collector collector;
    wire.write("\x01\x02\x03 nothing");
    CHECK(source.poll(collector, 1s));
    wire.close_writer();
    CHECK_FALSE(source.poll(collector, 1s));
    CHECK(source.fault().kind == io::FaultKind::not_this_format);
    Wire other;
    io::PipeSource hdf5(io::Descriptor(other.ends[0]), "");
    other.write("\x89HDF\r\n\x1a\n and more");
    CHECK_FALSE(hdf5.poll(collector, 1s));
    CHECK(hdf5.fault().kind == io::FaultKind::unsupported);
    CHECK_THROWS_AS(io::PipeSource(io::Descriptor(dup(0)), "hdf5"), ConfigError);
    CHECK_THROWS_AS(io::PipeSource(io::Descriptor(dup(0)), "evt9"), ConfigError);
    CHECK(collector.events.empty());
}

} // namespace
} // namespace saltus::test
