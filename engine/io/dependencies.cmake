# The libraries that files are unpacked with. Read here, and again by find_package(Saltus COMPONENTS io).
find_package(PkgConfig REQUIRED)
pkg_check_modules(SaltusPackers REQUIRED IMPORTED_TARGET liblz4 libzstd pugixml hdf5 sndfile)
set(saltus_io_libraries PkgConfig::SaltusPackers)
