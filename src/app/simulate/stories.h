// The stories a simulated patient can have. Each writes events around `key`, the moment that
// matters in it. What should alert is not said here: the ground truth works that out from the
// events alone.
#pragma once

#include <span>
#include <string_view>

#include "app/simulate/story_writer.h"

namespace wardlight::simulate {

struct Story {
    std::string_view name;
    void (*write)(StoryWriter& writer, Instant key);
    int weight;  // how often it is drawn once every story has been told
    PersonWish wish{};
};

/// In the order in which a run uses them up: the first patients of every run have these in turn.
[[nodiscard]] std::span<const Story> all_stories();

// stories_kidney.cpp
void aki_in_steps(StoryWriter& writer, Instant key);
void aki_recovering(StoryWriter& writer, Instant key);
void aki_on_the_edge(StoryWriter& writer, Instant key);
void aki_of_a_teenager(StoryWriter& writer, Instant key);
void chronic_kidney_disease(StoryWriter& writer, Instant key);
void aki_on_chronic_disease(StoryWriter& writer, Instant key);
void first_creatinine_high(StoryWriter& writer, Instant key);
void aki_on_renal_ward(StoryWriter& writer, Instant key);
void aki_in_intensive_care(StoryWriter& writer, Instant key);
void dialysis_patient(StoryWriter& writer, Instant key);

// stories_observations.cpp
void deteriorating(StoryWriter& writer, Instant key);
void single_red_score(StoryWriter& writer, Instant key);
void new_confusion(StoryWriter& writer, Instant key);
void recovering(StoryWriter& writer, Instant key);
void copd_on_scale_2(StoryWriter& writer, Instant key);
void copd_too_much_oxygen(StoryWriter& writer, Instant key);
void incomplete_rounds(StoryWriter& writer, Instant key);
void incomplete_but_urgent(StoryWriter& writer, Instant key);
void mistyped_observation(StoryWriter& writer, Instant key);

// stories_critical.cpp
void hyperkalaemia(StoryWriter& writer, Instant key);
void hyperkalaemia_worsening(StoryWriter& writer, Instant key);
void low_haemoglobin(StoryWriter& writer, Instant key);
void low_sodium(StoryWriter& writer, Instant key);
void low_glucose(StoryWriter& writer, Instant key);
void declared_by_laboratory(StoryWriter& writer, Instant key);
void other_critical(StoryWriter& writer, Instant key);
void haemolysed_sample(StoryWriter& writer, Instant key);
void preliminary_then_final(StoryWriter& writer, Instant key);
void result_after_discharge(StoryWriter& writer, Instant key);

// stories_versions.cpp
void corrected_was_wrong(StoryWriter& writer, Instant key);
void corrected_to_lower_stage(StoryWriter& writer, Instant key);
void withdrawn_result(StoryWriter& writer, Instant key);
void late_older_result(StoryWriter& writer, Instant key);
void out_of_order(StoryWriter& writer, Instant key);
void sent_twice(StoryWriter& writer, Instant key);

// stories_movement.cpp
void routine_elective(StoryWriter& writer, Instant key);
void registered_twice_then_merged(StoryWriter& writer, Instant key);
void result_before_registration(StoryWriter& writer, Instant key);
void moves_and_a_cancelled_discharge(StoryWriter& writer, Instant key);
void cancelled_admission(StoryWriter& writer, Instant key);
void expected_death(StoryWriter& writer, Instant key);
void quiet_medical_stay(StoryWriter& writer, Instant key);

}  // namespace wardlight::simulate
