# One folder of src/ is one module: a static library that may use only what DEPENDS names, and one
# test program made of the *_test.cpp beside the code. docs/architecture.md holds the arrows.
function(wardlight_module)
    cmake_parse_arguments(M "" "NAME" "SOURCES;TESTS;DEPENDS;LIBRARIES" ${ARGN})
    set(target wardlight_${M_NAME})
    add_library(${target} STATIC ${M_SOURCES})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    list(TRANSFORM M_DEPENDS PREPEND wardlight_)
    target_link_libraries(${target} PUBLIC ${M_DEPENDS} ${M_LIBRARIES})
    if(M_TESTS)
        wardlight_test(NAME ${M_NAME} SOURCES ${M_TESTS} LIBRARIES ${target})
    endif()
endfunction()

function(wardlight_test)
    cmake_parse_arguments(T "" "NAME" "SOURCES;LIBRARIES" ${ARGN})
    add_executable(${T_NAME}_test ${T_SOURCES} ${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp)
    target_include_directories(${T_NAME}_test PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${T_NAME}_test PRIVATE ${T_LIBRARIES} wardlight_doctest)
    add_test(NAME ${T_NAME} COMMAND ${T_NAME}_test)
    set_tests_properties(${T_NAME} PROPERTIES TIMEOUT 600
        ENVIRONMENT "WARDLIGHT_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endfunction()
