// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/stream_input.hpp"
#include "engine/io/dv_source.hpp"
#include "engine/io/pipe_source.hpp"
#include "engine/io/udp.hpp"

#include <unistd.h>

namespace saltus::cli {

StreamInput open_input(const InputOptions& options, const std::string& payload) {
    const std::string& name = options.file;
    const io::ReadOptions read = input_of(options);
    const auto known = [given = read.decode.geometry](io::Geometry told) { return told.width != 0 ? told : given; };
    StreamInput input;
    if (name.starts_with("udp://")) {
        io::UdpOptions udp;
        udp.payload = io::payload_named(payload);
        udp.decode = read.decode;
        input.live = std::make_unique<io::UdpSource>(io::parse_endpoint(name.substr(6), "0.0.0.0"), udp);
        input.geometry = [known] { return known({}); };
    } else if (name.starts_with("dv://")) {
        io::DvOptions dv;
        dv.decode = read.decode;
        auto source = std::make_unique<io::DvSource>(io::parse_endpoint(name.substr(5), "127.0.0.1"), dv);
        input.geometry = [known, from = source.get()] { return known(from->geometry()); };
        input.live = std::move(source);
    } else if (name == "-") {
        auto source = std::make_unique<io::PipeSource>(io::Descriptor(dup(STDIN_FILENO)), read.format, read.decode);
        input.geometry = [known, from = source.get()] { return known(from->geometry()); };
        input.fault = [from = source.get()] { return from->fault(); };
        input.live = std::move(source);
    } else {
        input.recording = io::open_source(name, read);
        input.geometry = [known, from = input.recording.get()] { return known(from->geometry()); };
        input.fault = [from = input.recording.get()] { return from->fault(); };
    }
    return input;
}

} // namespace saltus::cli
