# Runs an example and compares what it prints with a file: cmake -DPROGRAM=… -DMODULE=… -DEXPECTED=… -P compare.cmake

execute_process(COMMAND ${PROGRAM} ${MODULE} OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE status)
file(READ ${EXPECTED} expected)
if(NOT status EQUAL 0 OR NOT errors STREQUAL "" OR NOT output STREQUAL expected)
    message(FATAL_ERROR "exit status ${status}\n--- printed\n${output}--- expected\n${expected}--- on stderr\n${errors}")
endif()
