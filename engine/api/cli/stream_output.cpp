// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/stream_output.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/core/error.hpp"
#include "engine/io/dv_server.hpp"
#include "engine/io/encoders.hpp"
#include "engine/io/file_sink.hpp"
#include "engine/io/udp.hpp"

#include <filesystem>
#include <utility>

namespace saltus::cli {
namespace {

class NoOutput final : public StreamOutput {
  public:
    void take(std::span<const io::SensorEvent>) override {}
    std::string finish() override { return "nothing was sent"; }
};

class UdpOutput final : public StreamOutput {
  public:
    UdpOutput(const io::Endpoint& to, io::Payload payload) : sink_(to, payload) {}
    void take(std::span<const io::SensorEvent> events) override { sink_.take(events); }
    std::string finish() override {
        return "sent " + grouped(sink_.sent()) + " datagrams, " + grouped(sink_.failed()) + " more failed, " +
               grouped(sink_.refused()) + " events refused";
    }

  private:
    io::UdpSink sink_;
};

class DvOutput final : public StreamOutput {
  public:
    DvOutput(const io::Endpoint& at, io::Geometry geometry) : server_(at, {.geometry = geometry}) {}
    void take(std::span<const io::SensorEvent> events) override { server_.take(events); }
    std::string finish() override {
        return grouped(server_.clients()) + " clients at the end, " + grouped(server_.dropped_clients()) + " had gone";
    }

  private:
    io::DvServer server_;
};

class FileOutput final : public StreamOutput {
  public:
    FileOutput(const std::string& path, const io::WriteFormat& format, io::Geometry geometry)
        : file_(path), encoder_(format.make(file_, {.geometry = geometry})) {}
    void take(std::span<const io::SensorEvent> events) override { encoder_->take(events); }
    std::string finish() override {
        encoder_->finish();
        file_.commit();
        return "wrote " + grouped(encoder_->events()) + " events, " + grouped(encoder_->refused()) + " refused" +
               (encoder_->refused() == 0 ? "" : std::string(": ") + encoder_->reason());
    }

  private:
    io::FileSink file_;
    std::unique_ptr<io::Encoder> encoder_;
};

/// Opens the output when the first events come: only then is the geometry known.
class LateOutput final : public StreamOutput {
  public:
    using Open = std::function<std::unique_ptr<StreamOutput>()>;
    explicit LateOutput(Open open) : open_(std::move(open)) {}
    void take(std::span<const io::SensorEvent> events) override {
        if (!output_) output_ = open_();
        output_->take(events);
    }
    std::string finish() override { return output_ ? output_->finish() : "no events came, nothing was written"; }

  private:
    Open open_;
    std::unique_ptr<StreamOutput> output_;
};

const io::WriteFormat& format_for(const std::string& path) {
    const io::WriteFormat* format = io::write_format_for(std::filesystem::path(path).extension().string());
    if (format != nullptr) return *format;
    throw ConfigError(path, "its extension names no format that can be written",
                      "use .raw, .es, .aedat4, .csv or .npy, or an address like udp://127.0.0.1:3333");
}

} // namespace

std::unique_ptr<StreamOutput> open_output(const std::string& target, const std::string& payload,
                                          const std::function<io::Geometry()>& geometry) {
    if (target.empty()) return std::make_unique<NoOutput>();
    if (target.starts_with("udp://")) {
        return std::make_unique<UdpOutput>(io::parse_endpoint(target.substr(6), "127.0.0.1"),
                                           io::payload_named(payload));
    }
    if (target.starts_with("dv://")) {
        const io::Endpoint at = io::parse_endpoint(target.substr(5), "0.0.0.0");
        if (geometry().width != 0) return std::make_unique<DvOutput>(at, geometry());
        return std::make_unique<LateOutput>([at, geometry] { return std::make_unique<DvOutput>(at, geometry()); });
    }
    const io::WriteFormat& format = format_for(target);
    return std::make_unique<LateOutput>([target, &format, geometry] {
        if (format.needs_geometry && geometry().width == 0)
            throw ConfigError(target, "needs the size of the sensor", "use --geometry, like --geometry 640x480");
        return std::make_unique<FileOutput>(target, format, geometry());
    });
}

} // namespace saltus::cli
