// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/run_journal.hpp"
#include "engine/api/text.hpp"
#include "engine/persist/network_file.hpp"

#include <nlohmann/json.hpp>

namespace saltus::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace

std::string journal_text(const Network& network, Precision precision) {
    Json json = {{"program", "saltus"}, {"precision", precision == Precision::single_precision ? "single" : "double"}};
    const std::string brief = dump(json);
    json["network"] = Json::parse(persist::network_to_text(network));
    const std::string whole = dump(json);
    return whole.size() <= persist::longest_description ? whole : brief;
}

std::optional<JournalText> parse_journal_text(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || json.value("program", Json()) != "saltus") return std::nullopt;
    JournalText parsed;
    if (json.value("precision", Json()) == "double") parsed.precision = Precision::double_precision;
    if (json.contains("network")) parsed.network = dump(json["network"]);
    return parsed;
}

RunJournal::RunJournal(const std::string& file, Simulation& simulation, const Network& network, Precision precision)
    : path_(file) {
    if (file.empty()) return;
    file_ = std::make_unique<persist::JournalFile>(file);
    recorder_ = std::make_unique<persist::RunRecorder>(simulation, network, *file_, journal_text(network, precision));
}

void RunJournal::finish() {
    if (!recorder_) return;
    recorder_->finish();
    file_->close();
}

std::string RunJournal::text() const {
    if (!recorder_) return "none";
    return path_ + ": " + api::grouped(recorder_->entries()) + " entries, " + api::grouped(recorder_->bytes()) +
           " bytes; 'saltus replay " + path_ + "' does it again";
}

} // namespace saltus::cli
