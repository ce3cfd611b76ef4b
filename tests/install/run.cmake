# Installs the library into an empty prefix, then configures, builds and runs consumer/
# against it. Called by ctest, see tests/CMakeLists.txt.
set(prefix ${work_dir}/prefix)
set(consumer_build ${work_dir}/consumer)
file(REMOVE_RECURSE ${work_dir})

function(run)
    execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${build_dir} --prefix ${prefix} --config ${build_type})
run(${CMAKE_COMMAND} -S ${source_dir} -B ${consumer_build} -G ${generator}
    -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_BUILD_TYPE=${build_type}
    -D CMAKE_CXX_COMPILER=${compiler} -D "CMAKE_CXX_FLAGS=${flags}")
run(${CMAKE_COMMAND} --build ${consumer_build} --config ${build_type})

execute_process(COMMAND ${consumer_build}/consumer
    OUTPUT_VARIABLE output COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
if(NOT output STREQUAL "${expected}\n")
    message(FATAL_ERROR "the program printed '${output}' instead of '${expected}'")
endif()

execute_process(COMMAND ${consumer_build}/reader ${work_dir}/events.aedat4
    OUTPUT_VARIABLE output COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
if(NOT output STREQUAL "2\n")
    message(FATAL_ERROR "the reader found '${output}' events instead of 2")
endif()
