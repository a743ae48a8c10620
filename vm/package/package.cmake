# package.cmake: what `cpack` makes of the installed files: three Debian packages, and an archive for other systems.
#
#   libbeding0     the shared library; its name follows the soname
#   libbeding-dev  headers, static libraries, pkg-config and CMake files
#   beding         the command, its manual pages and completions
#
# Files come from the components named in install(): library, development, command. The preset `package` configures for /usr,
# which is where Debian's folders for each architecture come from: cmake --preset package && cmake --build --preset package && cpack …

set(BEDING_MAINTAINER "Beding maintainers <maintainers@beding.invalid>" CACHE STRING "Who answers for the packages: Name <address>")

set(CPACK_GENERATOR TGZ;DEB)
set(CPACK_PACKAGE_NAME beding)
set(CPACK_PACKAGE_CONTACT ${BEDING_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has a first line of its own
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES TRUE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/compress.cmake)
set(CPACK_COMPONENTS_ALL library development command)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${BEDING_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(version_and_release ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

set(library_name libbeding${BEDING_ABI})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library_name})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "virtual machine for the rules of care agreements
Beding turns the text of a municipal care agreement into a program that decides
declaration lines: what is paid, what is not, and by which clause. Amounts are
exact and every decision can be traced to the articles it rests on.

This package contains the shared library, which loads compiled agreements,
verifies them and decides lines.")
# CPack itself adds a postinst that calls ldconfig; the trigger is what Debian asks for.
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/triggers ${CMAKE_CURRENT_BINARY_DIR}/package/shlibs)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libbeding-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library_name} (= ${version_and_release}), libffi-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "beding, libsodium-dev, libsqlite3-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "rules of care agreements, compiled and decided exactly (development)
Beding turns the text of a municipal care agreement into a program that decides
declaration lines: what is paid, what is not, and by which clause. Amounts are
exact and every decision can be traced to the articles it rests on.

This package contains the headers, the static libraries and what pkg-config
and CMake need. The ledger in a file (libbeding_sqlite) also needs
libsqlite3-dev, and signed modules (libbeding_sign) need libsodium-dev.")

set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME beding)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_COMMAND_PACKAGE_DEPENDS "libsqlite3-0 (>= 3.37)") # what its header asks for; the symbols alone say less
set(CPACK_DEBIAN_COMMAND_DESCRIPTION "compile the rules of care agreements and decide declaration lines
Beding turns the text of a municipal care agreement into a program that decides
declaration lines: what is paid, what is not, and by which clause. Amounts are
exact and every decision can be traced to the articles it rests on.

This package contains the command that checks, compiles, tests, signs, runs
and explains agreements, with its manual in Dutch and English.")

# Debian wants a copyright file and a changelog in each package, compressed without a time stamp.
set(documents ${CMAKE_CURRENT_BINARY_DIR}/package)
set(BEDING_DEBIAN_LIBRARY ${library_name})
file(WRITE ${documents}/shlibs "libbeding ${BEDING_ABI} ${library_name} (>= ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})\n")
string(REGEX REPLACE " <.*" "" BEDING_COPYRIGHT_HOLDER ${BEDING_MAINTAINER})
configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright.in ${documents}/copyright @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${documents}/changelog.Debian @ONLY)
find_program(GZIP gzip)
if(GZIP)
    execute_process(COMMAND ${GZIP} -9nc ${documents}/changelog.Debian OUTPUT_FILE ${documents}/changelog.Debian.gz)
    execute_process(COMMAND ${GZIP} -9nc ${PROJECT_SOURCE_DIR}/CHANGELOG.md OUTPUT_FILE ${documents}/changelog.gz)
    foreach(pair library:${library_name} development:libbeding-dev command:beding)
        string(REPLACE ":" ";" pair ${pair})
        list(GET pair 0 component)
        list(GET pair 1 package)
        install(FILES ${documents}/copyright ${documents}/changelog.Debian.gz ${documents}/changelog.gz
            DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component} EXCLUDE_FROM_ALL)
    endforeach()
endif()

include(CPack)
