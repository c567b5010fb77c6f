#include "clinical/critical_results.h"

namespace wardlight::clinical {
namespace {

enum class Answer : std::uint8_t { no, yes, cannot_say };

bool is_upper_bound(Comparator comparator) {
    return comparator == Comparator::less || comparator == Comparator::less_or_equal;
}

/// Is the true value at or below (beyond: below) the low limit? `limit` in units of 10^-18.
Answer is_below(const Reading& reading, Exact limit, LimitEdge edge) {
    const Exact value = exact(reading.value);
    const bool at_counts = edge == LimitEdge::critical_at_limit;
    if (reading.is_exact())
        return value < limit || (at_counts && value == limit) ? Answer::yes : Answer::no;
    if (is_upper_bound(reading.comparator)) {
        // "<2.5" is below 2.5 for certain; "<=2.5" may be 2.5 itself.
        const bool certain =
            value < limit ||
            (value == limit && (at_counts || reading.comparator == Comparator::less));
        return certain ? Answer::yes : Answer::cannot_say;
    }
    // ">2.0": certainly above only if nothing greater than it could be critical.
    const bool certainly_not =
        value > limit ||
        (value == limit && (!at_counts || reading.comparator == Comparator::greater));
    return certainly_not ? Answer::no : Answer::cannot_say;
}

/// The mirror image: a value is above a limit when its negative is below the negative limit.
Answer is_above(const Reading& reading, Exact limit, LimitEdge edge) {
    Reading mirrored{{-reading.value.mantissa, reading.value.scale}, reading.comparator};
    switch (reading.comparator) {
        case Comparator::none:
            break;
        case Comparator::less:
            mirrored.comparator = Comparator::greater;
            break;
        case Comparator::less_or_equal:
            mirrored.comparator = Comparator::greater_or_equal;
            break;
        case Comparator::greater:
            mirrored.comparator = Comparator::less;
            break;
        case Comparator::greater_or_equal:
            mirrored.comparator = Comparator::less_or_equal;
            break;
    }
    return is_below(mirrored, -limit, edge);
}

CriticalKind judge(const CriticalInput& input, const CriticalLimit& row) {
    if (!input.reading) return CriticalKind::undetermined;
    Reading reading = *input.reading;
    if (row.unit == Unit::micromole_per_litre && input.unit == Unit::milligram_per_decilitre &&
        row.analyte == "creatinine") {
        const auto converted = creatinine_in_micromoles(reading, input.unit);
        if (!converted) return CriticalKind::undetermined;
        reading = *converted;
    } else {
        const auto converted = convert(reading.value, input.unit, row.unit);
        if (!converted) return CriticalKind::unknown_unit;
        reading.value = *converted;
    }
    if (row.basis == LimitBasis::times_upper_limit_normal) {
        if (!input.upper_reference_limit || input.upper_reference_limit->mantissa <= 0)
            return CriticalKind::undetermined;
    }
    const auto limit_of = [&](const Limit& limit) -> std::optional<Exact> {
        if (row.basis == LimitBasis::value) return exact(limit.value);
        const auto product = multiply(limit.value, *input.upper_reference_limit);
        return product ? std::optional<Exact>(exact(*product)) : std::nullopt;
    };
    bool cannot_say = false;
    if (row.low) {
        const auto limit = limit_of(*row.low);
        const Answer below = limit ? is_below(reading, *limit, row.low->edge) : Answer::cannot_say;
        if (below == Answer::yes) return CriticalKind::critical_low;
        cannot_say |= below == Answer::cannot_say;
    }
    if (row.high) {
        const auto limit = limit_of(*row.high);
        const Answer above = limit ? is_above(reading, *limit, row.high->edge) : Answer::cannot_say;
        if (above == Answer::yes) return CriticalKind::critical_high;
        cannot_say |= above == Answer::cannot_say;
    }
    return cannot_say ? CriticalKind::undetermined : CriticalKind::not_critical;
}

bool is_worse(CriticalKind kind, Decimal now, Decimal before) {
    return (kind == CriticalKind::critical_high && now > before) ||
           (kind == CriticalKind::critical_low && now < before);
}

bool differs_by_more_than(Decimal now, Decimal before, int percent) {
    const Exact difference = exact(now) - exact(before);
    const Exact magnitude = difference < 0 ? -difference : difference;
    const Exact reference = exact(before) < 0 ? -exact(before) : exact(before);
    // A whole number exceeds x exactly when it exceeds the floor of x; this side cannot overflow.
    return magnitude > percent * reference / 100;
}

}  // namespace

const CriticalLimit* find_critical_limit(std::span<const CriticalLimit> limits,
                                         std::string_view analyte, std::optional<int> age_years) {
    constexpr int kTakenAsAdult = 18;
    const int age = age_years.value_or(kTakenAsAdult);
    for (const CriticalLimit& limit : limits)
        if (limit.analyte == analyte && age >= limit.from_years && age <= limit.until_years)
            return &limit;
    return nullptr;
}

bool laboratory_declares_critical(std::string_view interpretation) {
    while (!interpretation.empty()) {
        const auto end = interpretation.find('~');
        const auto code = detail::without_spaces_around(interpretation.substr(0, end));
        if (code == "HH" || code == "LL" || code == "AA") return true;
        if (end == std::string_view::npos) break;
        interpretation.remove_prefix(end + 1);
    }
    return false;
}

CriticalDecision critical_decision(const CriticalInput& input, const CriticalPack& pack) {
    CriticalDecision decision;
    decision.is_approximate = input.reading && !input.reading->is_exact();
    decision.is_age_unknown = !input.age_years;
    decision.limit = find_critical_limit(pack.limits, input.analyte, input.age_years);
    if (decision.limit != nullptr) decision.kind = judge(input, *decision.limit);
    if (!decision.is_critical() && laboratory_declares_critical(input.interpretation))
        decision.kind = CriticalKind::declared_by_laboratory;
    return decision;
}

CriticalNotice critical_notice(const RepeatInput& input, const RepeatPolicy& policy) {
    if (!input.decision.is_critical()) return CriticalNotice::not_critical;
    if (input.is_amendment) return CriticalNotice::amended;
    if (!input.last_communicated) return CriticalNotice::first_presentation;
    const CommunicatedResult& before = *input.last_communicated;
    const std::int64_t days = input.local_day - before.local_day;
    if (days > policy.window_days || days < -policy.window_days)
        return CriticalNotice::first_presentation;
    if (!input.reading || !before.reading || !input.reading->is_exact() ||
        !before.reading->is_exact())
        return CriticalNotice::not_comparable;
    const CriticalKind kind = input.decision.kind;
    const bool directions_known = kind != CriticalKind::declared_by_laboratory &&
                                  before.kind != CriticalKind::declared_by_laboratory;
    if (directions_known && kind != before.kind) return CriticalNotice::opposite_direction;
    const Decimal now = input.reading->value;
    if (is_worse(kind, now, before.reading->value)) return CriticalNotice::worsening;
    if (differs_by_more_than(now, before.reading->value, policy.delta_percent))
        return CriticalNotice::delta;
    return CriticalNotice::suppressed_consistent;
}

std::string_view text_of(CriticalKind kind) {
    switch (kind) {
        case CriticalKind::not_critical:
            return "not_critical";
        case CriticalKind::critical_low:
            return "critical_low";
        case CriticalKind::critical_high:
            return "critical_high";
        case CriticalKind::declared_by_laboratory:
            return "declared_by_laboratory";
        case CriticalKind::no_limits:
            return "no_limits";
        case CriticalKind::unknown_unit:
            return "unknown_unit";
        case CriticalKind::undetermined:
            return "undetermined";
    }
    return "";
}

std::string_view text_of(CriticalNotice notice) {
    switch (notice) {
        case CriticalNotice::not_critical:
            return "not_critical";
        case CriticalNotice::first_presentation:
            return "first_presentation";
        case CriticalNotice::amended:
            return "amended";
        case CriticalNotice::opposite_direction:
            return "opposite_direction";
        case CriticalNotice::worsening:
            return "worsening";
        case CriticalNotice::delta:
            return "delta";
        case CriticalNotice::not_comparable:
            return "not_comparable";
        case CriticalNotice::suppressed_consistent:
            return "suppressed_consistent";
    }
    return "";
}

}  // namespace wardlight::clinical
