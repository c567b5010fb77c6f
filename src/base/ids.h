// Strong types for what must not be mixed up, and new random ids.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace wardlight {

template <class Tag>
struct Id {
    std::string value;
    Id() = default;
    explicit Id(std::string text) : value(std::move(text)) {}
    [[nodiscard]] bool empty() const { return value.empty(); }
    auto operator<=>(const Id&) const = default;
};

using PatientId = Id<struct PatientTag>;
using EncounterId = Id<struct EncounterTag>;
using AlertId = Id<struct AlertTag>;
using AccountId = Id<struct AccountTag>;
using PractitionerId = Id<struct PractitionerTag>;
using FeedId = Id<struct FeedTag>;
using Mrn = Id<struct MrnTag>;

/// Position in the ordered change log; 0 is before the first change.
enum class ChangeNumber : std::int64_t {};
/// Number of a raw inbound message, in order of arrival.
enum class MessageNumber : std::int64_t {};

/// Random UUID (version 4), lower case. From the operating system's generator.
[[nodiscard]] std::string new_uuid();

/// `bytes` random bytes as URL-safe base64 without padding; for tokens.
[[nodiscard]] std::string new_secret(std::size_t bytes);

}  // namespace wardlight

template <class Tag>
struct std::hash<wardlight::Id<Tag>> {
    std::size_t operator()(const wardlight::Id<Tag>& id) const {
        return std::hash<std::string>{}(id.value);
    }
};
