#include "app/simulate/stories.h"

#include <array>

namespace wardlight::simulate {

std::span<const Story> all_stories() {
    static constexpr std::array kStories = {
        Story{"aki in steps", aki_in_steps, 5},
        Story{"deteriorating", deteriorating, 5},
        Story{"hyperkalaemia", hyperkalaemia, 3},
        Story{"routine elective", routine_elective, 25},
        Story{"chronic kidney disease", chronic_kidney_disease, 6},
        Story{"aki recovering", aki_recovering, 4},
        Story{"single red score", single_red_score, 3},
        Story{"copd on scale 2", copd_on_scale_2, 4},
        Story{"quiet medical stay", quiet_medical_stay, 25},
        Story{"registered twice then merged", registered_twice_then_merged, 1},
        Story{"corrected, was wrong", corrected_was_wrong, 1},
        Story{"low haemoglobin", low_haemoglobin, 2},
        Story{"aki on renal ward", aki_on_renal_ward, 2},
        Story{"incomplete rounds", incomplete_rounds, 4},
        Story{"recovering", recovering, 3},
        Story{"withdrawn result", withdrawn_result, 1},
        Story{"first creatinine high", first_creatinine_high, 3},
        Story{"result before registration", result_before_registration, 1},
        Story{"low sodium", low_sodium, 2},
        Story{"moves and a cancelled discharge", moves_and_a_cancelled_discharge, 4},
        Story{"out of order", out_of_order, 2},
        Story{"sent twice", sent_twice, 2},
        Story{"preliminary then final", preliminary_then_final, 2},
        Story{"haemolysed sample", haemolysed_sample, 2},
        Story{"declared by laboratory", declared_by_laboratory, 2},
        Story{"cancelled admission", cancelled_admission, 2},
        Story{"copd too much oxygen", copd_too_much_oxygen, 2},
        Story{"aki in intensive care", aki_in_intensive_care, 1},
        Story{"dialysis patient", dialysis_patient, 2},
        Story{"late older result", late_older_result, 1},
        Story{"corrected to lower stage", corrected_to_lower_stage, 1},
        Story{"incomplete but urgent", incomplete_but_urgent, 1},
        Story{"aki on chronic disease", aki_on_chronic_disease, 2},
        Story{"mistyped observation", mistyped_observation, 1},
        Story{"hyperkalaemia worsening", hyperkalaemia_worsening, 1},
        Story{"low glucose", low_glucose, 2},
        Story{"other critical", other_critical, 2},
        Story{"new confusion", new_confusion, 2},
        Story{"result after discharge", result_after_discharge, 1},
        Story{"expected death", expected_death, 1},
        Story{"aki on the edge", aki_on_the_edge, 2},
        Story{"aki of a teenager", aki_of_a_teenager, 1, PersonWish{16, 16, {}}},
    };
    return kStories;
}

}  // namespace wardlight::simulate
