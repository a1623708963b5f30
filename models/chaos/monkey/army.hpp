// Chaos Monkey as it was in the Simian Army: at each of its runs each group loses instances with some probability, in one of the
// ways that are enabled. Netflix/SimianArmy basic/chaos/BasicChaosMonkey.java, BasicChaosInstanceSelector.java, chaos/*ChaosType.java.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/chaos/monkey/calendar.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::chaos {

enum class ChaosType : std::uint8_t {
  shutdown_instance,
  block_all_network_traffic,
  detach_volumes,
  burn_cpu,
  burn_io,
  kill_processes,
  null_route,
  fail_ec2,
  fail_dns,
  fail_dynamo_db,
  fail_s3,
  fill_disk,
  network_corruption,
  network_latency,
  network_loss,
};

/// How many runs a day has that share its probability: the hours between opening and closing, by the frequency, rounded down.
int runs_per_day(OfficeHours hours, Duration frequency);

/// Positions of the instances that a run takes: as many as the whole part of the probability, and one more with the probability of
/// its fraction, which is drawn first; never more than there are.
std::vector<std::size_t> select_instances(std::size_t present, double probability, Random& random);

/// How many a group may lose, and in how many days: one, in more than a day, where less than one a day is allowed. None at all
/// where next to nothing is.
struct TerminationLimit {
  int count = 1;
  int days = 1;
};
std::optional<TerminationLimit> termination_limit(double terminations_max_per_day);

/// What makes sure that a group that has opted in loses somebody once in a while.
struct MandatoryTermination {
  int window_days = 32;
  double probability = 0.5;
};
/// The probability of a day: that of the mandate when the group had opted in before the window began and has lost nobody in it.
double effective_probability(double configured, const std::optional<MandatoryTermination>& mandate, std::optional<Duration> opted_in_ago,
                             int terminations_in_window);

/// One of those that are enabled and apply, each as likely.
std::optional<ChaosType> pick_chaos_type(const std::vector<ChaosType>& applicable, Random& random);

}  // namespace streamtwin::chaos

namespace streamtwin {
template <>
inline constexpr auto enum_names<chaos::ChaosType> = std::to_array<EnumName<chaos::ChaosType>>({
    {chaos::ChaosType::shutdown_instance, "shutdown_instance", "the instance is terminated"},
    {chaos::ChaosType::block_all_network_traffic, "block_all_network_traffic", "an empty security group: nothing gets in or out"},
    {chaos::ChaosType::detach_volumes, "detach_volumes", "its volumes are detached"},
    {chaos::ChaosType::burn_cpu, "burn_cpu", "32 endless computations beside its own"},
    {chaos::ChaosType::burn_io, "burn_io", "endless writing to its disk"},
    {chaos::ChaosType::kill_processes, "kill_processes", "its processes are killed every second"},
    {chaos::ChaosType::null_route, "null_route", "what it sends to the network 10.0.0.0/8 is dropped"},
    {chaos::ChaosType::fail_ec2, "fail_ec2", "EC2 cannot be reached"},
    {chaos::ChaosType::fail_dns, "fail_dns", "no name is resolved"},
    {chaos::ChaosType::fail_dynamo_db, "fail_dynamo_db", "DynamoDB cannot be reached"},
    {chaos::ChaosType::fail_s3, "fail_s3", "S3 cannot be reached"},
    {chaos::ChaosType::fill_disk, "fill_disk", "its disk is filled by 64 GiB"},
    {chaos::ChaosType::network_corruption, "network_corruption", "5 % of its packets are corrupt"},
    {chaos::ChaosType::network_latency, "network_latency", "its packets come 1 s ± 0.5 s later"},
    {chaos::ChaosType::network_loss, "network_loss", "7 % of its packets are lost"},
});
inline std::string_view name_of(chaos::ChaosType type) { return enum_names<chaos::ChaosType>[static_cast<std::size_t>(type)].name; }
}  // namespace streamtwin
