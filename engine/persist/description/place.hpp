// SPDX-License-Identifier: BSD-3-Clause
// Where in a file something stands, as messages say it: "net.json: projections[2].rule.kind".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace saltus::persist {

/// What holds for the whole file.
struct FileContext {
    std::string name;                       ///< of the file
    std::vector<std::string> populations{}; ///< their names, in order
};

/// A chain of keys and numbers, written out only when something is wrong. A place must not outlive the one it is in.
class Place {
  public:
    explicit Place(const FileContext& context) : context_(context) {}
    [[nodiscard]] Place at(std::string_view key) const { return {*this, key, 0}; }
    [[nodiscard]] Place at(std::size_t index) const { return {*this, {}, index}; }

    [[nodiscard]] const FileContext& context() const { return context_; }
    [[nodiscard]] std::string path() const {
        if (parent_ == nullptr) return {};
        const std::string before = parent_->path();
        if (key_.empty()) return before + "[" + std::to_string(index_) + "]";
        return before + (before.empty() ? "" : ".") + std::string(key_);
    }
    /// The file, and the path.
    [[nodiscard]] std::string text() const {
        return context_.name + (parent_ == nullptr ? std::string() : ": " + path());
    }

  private:
    Place(const Place& parent, std::string_view key, std::size_t index)
        : context_(parent.context_), parent_(&parent), key_(key), index_(index) {}

    const FileContext& context_;
    const Place* parent_ = nullptr;
    std::string_view key_;
    std::size_t index_ = 0;
};

} // namespace saltus::persist
