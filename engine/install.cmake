# Installs the library, its headers and the package that find_package(Saltus) finds.
include(CMakePackageConfigHelpers)

set(saltus_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Saltus)

install(TARGETS saltus EXPORT SaltusTargets)
install(TARGETS saltus_io EXPORT SaltusIoTargets)
if(SALTUS_PROGRAM)
    install(TARGETS saltus_program)
endif()
install(DIRECTORY engine models learning
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/saltus
    FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h"
    PATTERN cli EXCLUDE
    PATTERN description EXCLUDE       # shows JSON
    PATTERN aedat4_tables.hpp EXCLUDE # shows FlatBuffers
    PATTERN hdf5_file.hpp EXCLUDE)    # shows HDF5
install(FILES ${PROJECT_BINARY_DIR}/include/saltus/saltus.hpp
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/saltus)
install(EXPORT SaltusTargets NAMESPACE saltus:: DESTINATION ${saltus_package_dir})
install(EXPORT SaltusIoTargets NAMESPACE saltus:: DESTINATION ${saltus_package_dir})

configure_package_config_file(engine/SaltusConfig.cmake.in SaltusConfig.cmake
    INSTALL_DESTINATION ${saltus_package_dir})
write_basic_package_version_file(SaltusConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/SaltusConfig.cmake engine/io/dependencies.cmake
    ${PROJECT_BINARY_DIR}/SaltusConfigVersion.cmake
    DESTINATION ${saltus_package_dir})
