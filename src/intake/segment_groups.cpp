#include "intake/segment_groups.h"

namespace wardlight::intake {
namespace {

class Grouper {
 public:
    explicit Grouper(bool specimen_comes_first) : specimen_comes_first_(specimen_comes_first) {}

    void add(const hl7v2::Segment& segment) {
        const std::string_view id = segment.id();
        if (id == "PID") return start_patient(segment);
        PatientGroup& patient = current();
        if (id == "PD1")
            set(patient.pd1, segment);
        else if (id == "PV1")
            set(patient.pv1, segment);
        else if (id == "PV2")
            set(patient.pv2, segment);
        else if (id == "NK1")
            patient.contacts.push_back(&segment);
        else if (id == "MRG")
            patient.merges.push_back(&segment);
        else if (id == "AL1" || id == "IAM")
            patient.allergies.push_back(&segment);
        else if (id == "DG1")
            patient.diagnoses.push_back(&segment);
        else if (id == "TXA")
            start_document(segment);
        else if (id == "ORC")
            start_order(segment, nullptr);
        else if (id == "OBR")
            start_order_detail(segment);
        else if (id == "OBX")
            add_observation(segment);
        else if (id == "NTE")
            add_note(segment);
        else if (id == "SPM")
            add_specimen(segment);
    }
    std::vector<PatientGroup> take() { return std::move(groups_); }

 private:
    PatientGroup& current() {
        if (groups_.empty()) groups_.emplace_back();
        return groups_.back();
    }

    static void set(const hl7v2::Segment*& place, const hl7v2::Segment& segment) {
        if (place == nullptr) place = &segment;
    }

    void start_patient(const hl7v2::Segment& segment) {
        if (groups_.empty() || groups_.back().pid != nullptr) groups_.emplace_back();
        groups_.back().pid = &segment;
        pending_specimens_.clear();
        notes_ = nullptr;
    }

    void start_document(const hl7v2::Segment& segment) {
        PatientGroup& patient = current();
        set(patient.document, segment);
        // What follows is the document's own, not the order's.
        patient.orders.emplace_back();
        notes_ = nullptr;
    }

    void start_order(const hl7v2::Segment& orc, const hl7v2::Segment* obr) {
        PatientGroup& patient = current();
        patient.orders.emplace_back();
        patient.orders.back().orc = &orc;
        patient.orders.back().obr = obr;
        patient.orders.back().specimens = pending_specimens_;
        notes_ = nullptr;
    }

    void start_order_detail(const hl7v2::Segment& obr) {
        PatientGroup& patient = current();
        const bool belongs_to_orc =
            !patient.orders.empty() && patient.orders.back().orc != nullptr &&
            patient.orders.back().obr == nullptr && patient.orders.back().observations.empty();
        if (!belongs_to_orc) {
            patient.orders.emplace_back();
            patient.orders.back().specimens = pending_specimens_;
        }
        patient.orders.back().obr = &obr;
        notes_ = &patient.orders.back().notes;
    }

    void add_observation(const hl7v2::Segment& obx) {
        PatientGroup& patient = current();
        if (patient.orders.empty()) patient.orders.emplace_back();
        auto& observations = patient.orders.back().observations;
        observations.push_back({&obx, ++observation_count_, {}});
        notes_ = &observations.back().notes;
    }

    void add_note(const hl7v2::Segment& note) {
        if (notes_ != nullptr) notes_->push_back(&note);
    }

    void add_specimen(const hl7v2::Segment& spm) {
        PatientGroup& patient = current();
        if (specimen_comes_first_) {
            pending_specimens_ = {&spm};
        } else if (!patient.orders.empty()) {
            patient.orders.back().specimens.push_back(&spm);
        }
        notes_ = nullptr;
    }

    bool specimen_comes_first_;
    std::vector<PatientGroup> groups_;
    Segments pending_specimens_;
    Segments* notes_ = nullptr;
    std::size_t observation_count_ = 0;
};

}  // namespace

std::vector<PatientGroup> group_segments(const hl7v2::Message& message) {
    // OUL^R22 and R23 name the specimen before its orders; everything else after.
    const std::string trigger = message.text("MSH-9.2");
    Grouper grouper(message.text("MSH-9.1") == "OUL" && (trigger == "R22" || trigger == "R23"));
    for (const hl7v2::Segment& segment : message.segments()) grouper.add(segment);
    return grouper.take();
}

}  // namespace wardlight::intake
