// The figures of one run, as the one JSON object that a load program prints.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "json/value.h"
#include "load/samples.h"

namespace wardlight::load {

class Figures {
 public:
    void set(std::string_view name, double value) {
        values_.set(name, json::Number{fmt::format("{:.4f}", value)});
    }
    void set(std::string_view name, std::uint64_t value) { values_.set(name, value); }
    void set(std::string_view name, std::string_view text) { values_.set(name, text); }
    /// p50_ms, p90_ms, p99_ms, p999_ms and most_ms.
    void set_latencies(Samples& samples) {
        set("samples", std::uint64_t{samples.count()});
        set("p50_ms", samples.percentile(0.5));
        set("p90_ms", samples.percentile(0.9));
        set("p99_ms", samples.percentile(0.99));
        set("p999_ms", samples.percentile(0.999));
        set("most_ms", samples.percentile(1));
    }

    void print() const { fmt::print("{}\n", json::serialize(values_)); }

 private:
    json::Value values_{json::Object{}};
};

}  // namespace wardlight::load
