set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(WARDLIGHT_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined")
option(WARDLIGHT_BENCH "Build the benchmarks" OFF)
option(WARDLIGHT_FUZZ "Build the fuzz targets" OFF)
option(WARDLIGHT_COVERAGE "Count which lines and branches run" OFF)

find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
    -fno-omit-frame-pointer)
# std::stable_sort of libstdc++ 12 uses what C++17 deprecated.
add_compile_options(-Wno-deprecated-declarations)
# Statement expressions carry TRY (base/result.h); both compilers support them.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-Wno-gnu-statement-expression)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)

if(CMAKE_BUILD_TYPE STREQUAL "Release")
    string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
    string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
    # With carry-less multiplication (2010), or simdjson falls back to reading byte by byte.
    add_compile_options(-march=x86-64-v2 -mpclmul -fstack-protector-strong -fcf-protection
        -ftrivial-auto-var-init=zero -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
    add_link_options(-Wl,-z,relro,-z,now)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    # Line tables are enough for a stack trace and keep sanitizer builds small.
    set(CMAKE_CXX_FLAGS_DEBUG "-O1 -gline-tables-only")
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
    endif()
endif()
if(WARDLIGHT_SANITIZE)
    add_compile_options(-fsanitize=${WARDLIGHT_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${WARDLIGHT_SANITIZE})
endif()
if(WARDLIGHT_FUZZ)
    # Lets the fuzzer see which code an input reaches; the sanitizers' run time holds what it calls.
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(WARDLIGHT_COVERAGE)
    # Counters are atomic: worker threads and lanes count too.
    add_compile_options(-fprofile-instr-generate -fcoverage-mapping -fprofile-update=atomic)
    add_link_options(-fprofile-instr-generate)
endif()
