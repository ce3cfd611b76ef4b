// SPDX-License-Identifier: BSD-3-Clause
// UDP over the loopback: what is sent arrives, what the kernel drops is shown; a recording played at its pace; spikes
// on their way out.
#include "engine/io/udp.hpp"
#include "engine/core/error.hpp"
#include "engine/io/paced_sink.hpp"
#include "engine/io/spike_output.hpp"
#include "engine/runtime/simulation.hpp"
#include "tests/io/support/collect.hpp"
#include "tests/io/support/payload_samples.hpp"

#include <array>

namespace saltus::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const io::Endpoint any_port{"127.0.0.1", 0};

/// Polls until `events` have come, for some seconds at most.
void await(io::LiveSource& source, Collector& collector, std::size_t events) {
    const auto give_up = Clock::now() + 10s;
    while (collector.events.size() < events && Clock::now() < give_up) source.poll(collector, 10ms);
}

TEST_CASE("events by UDP over the loopback", "[io][udp][fast]") {
    for (const std::string_view payload : payload_names) {
        INFO(payload);
        const Events events = payload_scene(payload);
        io::UdpSource source(any_port, {.payload = io::payload_named(payload)});
        REQUIRE(source.port() != 0);
        CHECK(source.receive_bytes() > 100'000);
        io::UdpSink sink({"127.0.0.1", source.port()}, io::payload_named(payload), 100);
        sink.take(events);
        Collector collector;
        await(source, collector, events.size());
        CHECK(collector.events == events);
        CHECK(sink.failed() == 0);
        CHECK(source.transport().packets == sink.sent());
        CHECK(sink.sent() > 1);
        CHECK(source.transport().kernel_drops == 0);
        CHECK(source.transport().lost == 0);
    }
}

TEST_CASE("datagrams that the kernel drops are counted", "[io][udp][fast]") {
    io::UdpSource source(any_port, {.payload = io::Payload::jaer, .receive_bytes = 1});
    io::UdpSink sink({"127.0.0.1", source.port()}, io::Payload::jaer);
    const Events one{{5, 1, 2, 1}};
    for (int i = 0; i < 500; ++i) sink.take(one); // more than fits; nobody listens
    Collector collector;
    const auto drain = [&] {
        for (std::size_t before = SIZE_MAX; before != collector.events.size();) {
            before = collector.events.size();
            source.poll(collector, 0ms);
        }
    };
    drain();
    sink.take(one); // brings the kernel's count along
    drain();
    const io::TransportCounters c = source.transport();
    CHECK(c.kernel_drops > 100);
    CHECK(c.packets > 0);
    CHECK(c.packets + c.kernel_drops == sink.sent());
    CHECK(c.lost == c.kernel_drops);
    CHECK(collector.events.size() == c.packets);
}

TEST_CASE("a thread listens, a recording is played at its pace", "[io][udp][fast]") {
    const Events events = [] {
        Events list;
        for (std::int64_t t = 0; t < 200'000; t += 500)
            list.push_back({1'000'000 + t, static_cast<std::uint16_t>(t / 500), 3, 1});
        return list;
    }();
    io::UdpSource source(any_port, {.payload = io::Payload::faery_t32});
    io::UdpSink sink({"127.0.0.1", source.port()}, io::Payload::faery_t32);
    Collector collector;
    io::SourceThread thread(source, collector);
    io::PacedSink paced(sink, {.speed = 4.0});
    const auto begin = Clock::now();
    paced.take(std::span(events).first(100));
    paced.take(std::span(events).subspan(100));
    CHECK(Clock::now() - begin >= 49ms); // 199.5 ms of recording at four times its pace
    CHECK(sink.sent() >= 190);           // in groups of a millisecond
    const auto give_up = Clock::now() + 10s;
    while (thread.counters().events < events.size() && Clock::now() < give_up) std::this_thread::sleep_for(1ms);
    CHECK(thread.transport().packets == sink.sent());
    thread.stop();
    CHECK(thread.ended());
    CHECK(collector.events == events);
    CHECK_THROWS_AS(io::PacedSink(sink, {.speed = 0.0}), ConfigError);
    CHECK_THROWS_AS(io::PacedSink(sink, {.group_us = 0}), ConfigError);
}

TEST_CASE("pace where times step back or leap", "[io][udp][fast]") {
    Collector collector;
    io::PacedSink paced(collector, {.speed = 1e9});
    const Events events{
        {1000, 0, 0, 1}, {500, 1, 0, 1}, {900'000'000, 2, 0, 1}, {10, 3, 0, 1}, {INT64_MAX / 65536, 4, 0, 1}};
    paced.take(events);
    CHECK(collector.events == events);
}

TEST_CASE("spikes on their way to actuators", "[io][udp][fast]") {
    Network network(TimeGrid{.tick = Picoseconds(100'000'000), .learning_clock = 10}); // 0.1 ms
    const auto input = network.add("input", 6, InputParameters{});
    const auto other = network.add("other", 2, LifParameters{.threshold = 0.5});
    const auto motor = network.add("motor", 6, LifParameters{.threshold = 0.5});
    network.connect(input, motor, {.connector = OneToOne{}, .weight = Constant{1.0}, .delay_ms = Constant{1.0}});
    network.connect(input, other, {.weight = Constant{1.0}, .delay_ms = Constant{1.0}});
    Simulation simulation(network);
    simulation.record_spikes(motor);
    simulation.record_spikes(other);
    (void)simulation.push(input, std::array{InputEvent{20, 5}, InputEvent{30, 0}, InputEvent{30, 4}});
    simulation.advance_until(100);
    const Events expected{{3000, 2, 1, 1}, {4000, 0, 0, 1}, {4000, 1, 1, 1}};

    Events called;
    io::CallbackSink callback([&](std::span<const io::SensorEvent> list) { called.assign(list.begin(), list.end()); });
    io::SpikeOutput(network, motor, 3, callback).send(simulation.spikes());
    CHECK(called == expected);

    io::UdpSource source(any_port, {.payload = io::Payload::spif});
    io::UdpSink sink({"127.0.0.1", source.port()}, io::Payload::spif);
    io::SpikeOutput(network, motor, 3, sink).send(simulation.spikes());
    Collector collector;
    await(source, collector, expected.size());
    CHECK(collector.events == expected);
    CHECK_THROWS_AS(io::SpikeOutput(network, motor, 0, sink), ConfigError);
}

TEST_CASE("addresses as users write them", "[io][udp][fast]") {
    CHECK(io::parse_endpoint("192.168.0.3:3333", "x").host == "192.168.0.3");
    CHECK(io::parse_endpoint("192.168.0.3:3333", "x").port == 3333);
    CHECK(io::parse_endpoint("3334", "0.0.0.0").host == "0.0.0.0");
    CHECK(io::parse_endpoint(":3334", "0.0.0.0").port == 3334);
    CHECK(io::parse_endpoint("[::1]:8", "x").host == "::1");
    for (const char* bad : {"", "host", "host:", "host:99999", "host:-1", "host:12x"})
        CHECK_THROWS_AS(io::parse_endpoint(bad, "x"), ConfigError);
    CHECK_THROWS_AS(io::UdpSource({"203.0.113.7", 0}, {}), ConfigError); // no address of ours
    io::UdpSource first(any_port, {});
    CHECK_THROWS_AS(io::UdpSource({"127.0.0.1", first.port()}, {}), ConfigError);
}

} // namespace
} // namespace saltus::test
