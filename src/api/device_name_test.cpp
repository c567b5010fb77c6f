#include "api/device_name.h"

#include <doctest/doctest.h>

using namespace wardlight::api;

TEST_CASE("a device is named as people would") {
    struct Row {
        const char* user_agent;
        const char* name;
    };
    const Row rows[] = {
        {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/131.0.0.0 Mobile Safari/537.36",
         "Chrome, Android"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
         "Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
         "Safari, iPhone"},
        {"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1",
         "Chrome, iPad"},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
         "Edge, Windows"},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:127.0) Gecko/20100101 Firefox/127.0",
         "Firefox, Mac"},
        {"Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
         "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
         "Samsung Internet, Android"},
        {"curl/8.5.0", ""},
        {"Something on Windows", "Windows"},
        {"Firefox/127.0", "Firefox"},
        {"", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.user_agent);
        CHECK(device_name(row.user_agent) == row.name);
    }
}
