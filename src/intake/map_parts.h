// The parts of the mapping, one file each (map_patient.cpp ...). Each reads its segments and adds
// facts to the context. Internal to intake; the face is map_message.h.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "intake/context.h"
#include "intake/identity.h"
#include "intake/segment_groups.h"

namespace wardlight::intake {

/// The patient and the visit that a group of segments is about.
struct Subject {
    Identity identity;
    std::string patient;  // patient id as named
    std::string visit;    // natural id of the visit; empty when unknown
};

/// Reads PID (and PD1, NK1): adds the patient's facts. Fails when nobody is named.
[[nodiscard]] Result<Subject> map_patient(Context& context, const PatientGroup& group);

/// A bare patient: his number and nothing else (the old number in a merge).
void map_patient_number(Context& context, const Identity& identity);

/// What an event says about the state of the visit beyond what PV1 holds.
struct VisitEvent {
    std::string_view status;  // FHIR Encounter status, or empty: says nothing
    bool is_discharge = false;
    bool cancels_discharge = false;
    bool is_admission = false;
    /// PV1-3 is a plan (A14, A15, A05), not where the patient is.
    bool location_is_planned = false;
    /// The event is about the person: a PV1 without a visit number is filler.
    bool is_about_person = false;
    /// PV1-45 says nothing (it may still hold what the event cancels).
    bool ignores_discharge_time = false;
};
/// Reads PV1 and PV2: adds the visit's facts, places and staff; sets subject.visit.
void map_visit(Context& context, const PatientGroup& group, const VisitEvent& event,
               Subject& subject);

void map_allergies(Context& context, const PatientGroup& group, const Subject& subject);
void map_diagnoses(Context& context, const PatientGroup& group, const Subject& subject);

/// ORU, OUL, ORU_W01, and OBX of ADT.
void map_results(Context& context, const PatientGroup& group, const Subject& subject);
/// ORM, OML, OMG, OMI, OMD, ORR, ORL.
void map_orders(Context& context, const PatientGroup& group, const Subject& subject);
/// ServiceRequest of an ORC/OBR pair; returns its natural id, empty when it has no number.
std::string map_order(Context& context, const OrderGroup& order, const Subject& subject,
                      std::string_view status_otherwise);
[[nodiscard]] Result<> map_document(Context& context, const PatientGroup& group,
                                    const Subject& subject);
/// A20: what NPU says about a bed, without any patient.
[[nodiscard]] Result<> map_bed_status(Context& context);
[[nodiscard]] Result<> map_adt(Context& context, const std::vector<PatientGroup>& groups);

/// A place: emits the Location and returns the list for Encounter.location (ward, then room and
/// bed).
[[nodiscard]] json::Value map_location(Context& context, const hl7v2::Field& place,
                                       std::string_view status);

}  // namespace wardlight::intake
