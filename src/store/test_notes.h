// A table of one's own, for tests of the store that need no resources.
#pragma once

#include <string>

#include "store/test_store.h"

namespace wardlight::store {

inline Schema notes() {
    static constexpr std::string_view kSteps[] = {
        "CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT NOT NULL);"};
    return {"note", kSteps};
}

inline WriteFunction add_note(std::int64_t id, std::string text = "x") {
    return [id, text = std::move(text)](WriteTransaction& tx) {
        return tx.sql().run("INSERT INTO note (id, text) VALUES ($1, $2)", id, text);
    };
}

}  // namespace wardlight::store
