// SPDX-License-Identifier: BSD-3-Clause
#include "engine/persist/journal_file.hpp"

#include "engine/core/error.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace saltus::persist {

JournalFile::JournalFile(std::filesystem::path path, bool every_write)
    : path_(std::move(path)), every_write_(every_write), file_(std::fopen(path_.c_str(), "wb")) {
    if (file_ != nullptr) return;
    throw ConfigError(path_.string(), std::string("cannot be written: ") + std::strerror(errno),
                      "name a file in a folder that exists and that you may write to");
}

JournalFile::~JournalFile() {
    if (file_ != nullptr) std::fclose(file_);
}

void JournalFile::write(io::Bytes bytes) {
    if (error_ != 0 || bytes.empty() || file_ == nullptr) return;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) error_ = errno;
    if (every_write_ && std::fflush(file_) != 0) error_ = errno;
}

void JournalFile::overwrite(std::uint64_t offset, io::Bytes bytes) {
    if (error_ != 0 || file_ == nullptr) return;
    if (std::fseek(file_, static_cast<long>(offset), SEEK_SET) != 0) error_ = errno;
    write(bytes);
    if (error_ == 0 && std::fseek(file_, 0, SEEK_END) != 0) error_ = errno;
}

void JournalFile::close() {
    if (file_ != nullptr && std::fclose(std::exchange(file_, nullptr)) != 0 && error_ == 0) error_ = errno;
    if (error_ == 0) return;
    throw ConfigError(path_.string(), std::string("could not be written to its end: ") + std::strerror(error_),
                      "make room, or name another file; what is there can still be read");
}

} // namespace saltus::persist
