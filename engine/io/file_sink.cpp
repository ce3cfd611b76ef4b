// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/file_sink.hpp"
#include "engine/core/error.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace saltus::io {
namespace {

/// mkstemp makes files that only their owner may read; this is what a new file would get.
void usual_permissions(int descriptor) {
    const mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(descriptor, 0666 & ~mask);
}

} // namespace

FileSink::FileSink(std::filesystem::path target) : target_(std::move(target)), partial_(target_.string() + ".XXXXXX") {
    const int descriptor = mkstemp(partial_.data());
    if (descriptor < 0) {
        throw ConfigError(target_.string(), std::string("cannot be written: ") + std::strerror(errno),
                          "name a file in a folder that exists and that you may write to");
    }
    usual_permissions(descriptor);
    file_ = fdopen(descriptor, "wb");
    if (file_ == nullptr) error_ = errno;
}

FileSink::~FileSink() {
    if (file_ != nullptr) std::fclose(file_);
    if (!partial_.empty()) (void)std::remove(partial_.c_str());
}

void FileSink::write(Bytes bytes) {
    if (error_ != 0 || bytes.empty()) return;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) error_ = errno;
}

void FileSink::overwrite(std::uint64_t offset, Bytes bytes) {
    if (error_ != 0) return;
    if (std::fseek(file_, static_cast<long>(offset), SEEK_SET) != 0) error_ = errno;
    write(bytes);
    if (error_ == 0 && std::fseek(file_, 0, SEEK_END) != 0) error_ = errno;
}

void FileSink::commit() {
    if (file_ != nullptr && std::fclose(std::exchange(file_, nullptr)) != 0 && error_ == 0) error_ = errno;
    if (error_ == 0 && std::rename(partial_.c_str(), target_.c_str()) != 0) error_ = errno;
    if (error_ != 0) {
        throw ConfigError(target_.string(), std::string("cannot be written: ") + std::strerror(error_),
                          "make room, or name another file");
    }
    partial_.clear();
}

} // namespace saltus::io
