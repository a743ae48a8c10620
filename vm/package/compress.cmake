# compress.cmake: run by cpack over the files of a package before it is made: manual pages are compressed, as Debian has them.

if(CPACK_GENERATOR STREQUAL "DEB")
    find_program(GZIP gzip REQUIRED)
    file(GLOB_RECURSE pages ${CPACK_TEMPORARY_DIRECTORY}/*.1)
    foreach(page ${pages})
        execute_process(COMMAND ${GZIP} -9nf ${page} COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
endif()
