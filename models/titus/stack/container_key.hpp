// Which container it is: the job, the task's place in it, and how many have had that place before, in one number.
#pragma once

#include "models/titus/ids.hpp"
#include "models/titus/jobs/job_task.hpp"
#include "models/titus/container_id.hpp"

namespace streamtwin::titus {

struct ContainerKey {
  static constexpr unsigned slot_bits = 14, attempt_bits = 18;
  static_assert((1u << slot_bits) > 10000, "a service has up to 10,000 tasks");

  JobId job = 0;
  Slot slot = 0;
  std::uint32_t attempt = 0;

  constexpr ContainerId id() const {
    return (static_cast<ContainerId>(job) << (slot_bits + attempt_bits)) | (static_cast<ContainerId>(slot) << attempt_bits) |
           (attempt & ((1u << attempt_bits) - 1));
  }
};

constexpr ContainerKey key_of(ContainerId id) {
  return {.job = static_cast<JobId>(id >> (ContainerKey::slot_bits + ContainerKey::attempt_bits)),
          .slot = static_cast<Slot>(id >> ContainerKey::attempt_bits) & ((1u << ContainerKey::slot_bits) - 1),
          .attempt = static_cast<std::uint32_t>(id) & ((1u << ContainerKey::attempt_bits) - 1)};
}

}  // namespace streamtwin::titus
