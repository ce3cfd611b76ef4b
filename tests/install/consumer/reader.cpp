// SPDX-License-Identifier: BSD-3-Clause
// usage: reader FILE: writes a small AEDAT 4 file, reads it, and prints how many events it holds
#include <cstdio>
#include <engine/io/encoders.hpp>
#include <engine/io/file_sink.hpp>
#include <engine/io/source.hpp>

int main(int argc, char** argv) {
    using namespace saltus::io;
    if (argc != 2) return 2;
    FileSink file(argv[1]);
    const auto encoder = make_aedat4_encoder(file, {{16, 16}, Packing::zstd});
    const SensorEvent events[] = {{10, 1, 2, 1}, {20, 3, 4, 0}};
    encoder->take(events);
    encoder->finish();
    file.commit();
    struct Count final : EventSink {
        std::size_t events = 0;
        void take(std::span<const SensorEvent> list) override { events += list.size(); }
    } count;
    const auto source = open_source(argv[1]);
    while (source->read(count)) {
    }
    std::printf("%zu\n", count.events);
}
