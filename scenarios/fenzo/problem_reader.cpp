#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "models/files/json_text.hpp"
#include "models/files/text_file.hpp"
#include "scenarios/fenzo/field.hpp"
#include "scenarios/fenzo/problem.hpp"
#include "scenarios/fenzo/task_reader.hpp"

namespace streamtwin::fenzo {
namespace {

std::vector<PortRange> read_ports(const Field& field) {
  std::vector<PortRange> ranges;
  for (const Field& item : field.items()) {
    const auto ends = item.exactly(2, "[first, last]");
    const PortRange range{ends[0].whole(0, 65535), ends[1].whole(0, 65535)};
    if (range.last < range.first) item.fail("the last port is before the first");
    for (const PortRange& other : ranges) {
      if (range.first <= other.last && other.first <= range.last) item.fail("these ports overlap an earlier range");
    }
    ranges.push_back(range);
  }
  return ranges;
}

void read_shape(const Field& field, Lease& host) {
  host.amounts = read_amounts(field);
  if (const auto ports = field.find("ports")) host.ports = read_ports(*ports);
  if (const auto attributes = field.find("attrs")) {
    for (const auto& [name, value] : attributes->members())
      host.attributes[name] = value.raw().is_string() ? value.raw().get<std::string>() : value.text();
  }
  if (const auto scalars = field.find("scalars")) host.scalars = read_scalars(*scalars);
  if (const auto set = field.find("resourceSet")) {
    const auto parts = set->exactly(3, "[name, indexes, sub-resources of each]");
    host.sets.push_back({parts[0].text(), parts[1].whole(1, 10'000), parts[2].whole(0, count_max)});
  }
}

std::vector<Lease> read_hosts(const Field& problem) {
  std::vector<Lease> hosts;
  std::set<std::string> names;
  for (const Field& item : problem.need("hosts").items()) {
    item.allow({"name", "cpus", "memoryMB", "networkMbps", "diskMB", "ports", "attrs", "scalars", "resourceSet"});
    Lease host{.host = item.need("name").text()};
    if (!names.insert(host.host).second) item.need("name").fail(fmt::format("another host is called `{}`, too", host.host));
    read_shape(item, host);
    hosts.push_back(std::move(host));
  }
  return hosts;
}

std::map<int, TierGuarantees> read_guarantees(const Field& field, int tiers) {
  std::map<int, TierGuarantees> guarantees;
  for (const Field& item : field.items()) {
    item.allow({"tier", "capacity", "buckets"});
    TierGuarantees tier;
    if (const auto capacity = item.find("capacity")) {
      capacity->allow({"cpus", "memoryMB", "networkMbps", "diskMB"});
      tier.capacity = read_amounts(*capacity);
    }
    if (const auto buckets = item.find("buckets")) {
      for (const auto& [name, amounts] : buckets->members()) {
        amounts.allow({"cpus", "memoryMB", "networkMbps", "diskMB"});
        tier.buckets[name] = read_amounts(amounts);
      }
    }
    const int number = item.need("tier").whole(0, tiers - 1);
    if (!guarantees.emplace(number, std::move(tier)).second) item.need("tier").fail(fmt::format("tier {} is there twice", number));
  }
  return guarantees;
}

QueueOfProblem read_queue(const Field& field) {
  field.allow({"tiers", "buckets", "sla"});
  QueueOfProblem queue{.tiers = field.need("tiers").whole(1, 1000)};
  if (const auto sla = field.find("sla")) queue.guarantees = read_guarantees(*sla, queue.tiers);
  return queue;
}

ScaleRule read_rule(const Field& field) {
  field.allow({"name", "minIdle", "maxIdle", "coolDownSecs", "minSize", "maxSize", "tooSmallCpus", "template"});
  ScaleRule rule{.name = field.need("name").text(),
                 .min_idle = field.need("minIdle").whole(1, count_max),
                 .max_idle = field.need("maxIdle").whole(1, count_max),
                 .cool_down = seconds(field.need("coolDownSecs").whole(0, 1'000'000'000))};
  if (rule.min_idle > rule.max_idle) field.need("minIdle").fail("more idle hosts at least than `maxIdle` says at most");
  if (const auto least = field.find("minSize")) rule.min_size = least->whole(0, count_max);
  if (const auto most = field.find("maxSize")) rule.max_size = most->whole(0, count_max);
  if (rule.min_size > rule.max_size) field.need("minSize").fail("more hosts at least than `maxSize` says at most");
  if (const auto small = field.find("tooSmallCpus")) {
    const Cores least{small->number(0, amount_max)};
    rule.too_small = [least](const Host& host) { return host.total().cpus < least; };
  }
  return rule;
}

ScalingOfProblem read_scaling(const Field& field) {
  field.allow({"attr", "rules", "balancedBy", "delayUpSecs", "delayDownSecs", "disableShortfall", "grow"});
  ScalingOfProblem scaling{.attribute = field.need("attr").text()};
  for (const Field& item : field.need("rules").items()) {
    ScaleRule rule = read_rule(item);
    Lease shape;
    if (const auto made = item.find("template")) {
      made->allow({"cpus", "memoryMB", "networkMbps", "diskMB", "ports", "attrs", "scalars", "resourceSet"});
      read_shape(*made, shape);
    }
    if (!scaling.templates.emplace(rule.name, std::move(shape)).second)
      item.need("name").fail(fmt::format("rule `{}` is there twice", rule.name));
    scaling.properties.rules.push_back(std::move(rule));
  }
  if (const auto by = field.find("balancedBy")) scaling.properties.balanced_by = by->text();
  if (const auto delay = field.find("delayUpSecs")) scaling.properties.up_delay = seconds(delay->whole(0, 1'000'000'000));
  if (const auto delay = field.find("delayDownSecs")) scaling.properties.down_delay = seconds(delay->whole(0, 1'000'000'000));
  if (const auto off = field.find("disableShortfall")) scaling.properties.shortfall = !off->flag();
  if (const auto grow = field.find("grow")) scaling.grow = grow->flag();
  return scaling;
}

Mode read_mode(const Field& field) {
  const std::string mode = field.text();
  if (mode == "plain") return Mode::plain;
  if (mode == "queue") return Mode::queue;
  if (mode == "autoscale") return Mode::autoscale;
  field.fail(fmt::format("there is no mode `{}`; there are plain, queue and autoscale", mode));
}

/// Rounds, whose names must be known, and in which a task comes once.
class RoundReader {
 public:
  explicit RoundReader(const Problem& problem) : problem_(problem) {
    for (const Lease& host : problem.hosts) hosts_.insert(host.host);
  }

  RoundOfProblem read(const Field& field) {
    field.allow({"finish", "offer", "arrive", "time"});
    RoundOfProblem round;
    if (const auto finish = field.find("finish")) round.finish = tasks(*finish, false);
    if (const auto arrive = field.find("arrive")) round.arrive = tasks(*arrive, true);
    if (const auto offer = field.find("offer")) round.offer = hosts(*offer);
    const auto time = field.find("time");
    if (problem_.mode == Mode::autoscale && !time) field.fail("`time` is missing");
    if (time) round.time = seconds(time->number(last_.count(), 1e9));
    last_ = round.time;
    return round;
  }

 private:
  std::vector<std::string> tasks(const Field& field, bool come) {
    std::vector<std::string> ids;
    for (const Field& item : field.items()) {
      ids.push_back(item.text());
      if (!problem_.tasks.contains(ids.back())) item.fail(fmt::format("there is no task `{}`", ids.back()));
      if (come && !arrived_.insert(ids.back()).second) item.fail(fmt::format("task `{}` has arrived before", ids.back()));
    }
    return ids;
  }
  std::vector<std::string> hosts(const Field& field) const {
    std::vector<std::string> names;
    std::set<std::string> offered;
    for (const Field& item : field.items()) {
      names.push_back(item.text());
      const bool grown = problem_.scaling.grow && names.back().find("-new-") != std::string::npos;
      if (!grown && !hosts_.contains(names.back())) item.fail(fmt::format("there is no host `{}`", names.back()));
      if (!offered.insert(names.back()).second) item.fail(fmt::format("host `{}` is offered twice in one round", names.back()));
    }
    return names;
  }

  const Problem& problem_;
  std::set<std::string> hosts_, arrived_;
  Duration last_{0};
};

Problem read_problem(const Field& field) {
  field.allow({"id", "seed", "mode", "fitness", "taskBatchSize", "goodEnough", "maxConcurrent", "hosts", "tasks", "coGroups", "resAllocs",
               "rounds", "queue", "autoscale"});
  Problem problem;
  if (const auto id = field.find("id")) problem.id = id->whole(0, 1'000'000'000);
  if (const auto mode = field.find("mode")) problem.mode = read_mode(*mode);
  if (const auto fitness = field.find("fitness")) problem.fitness = read_calculator(*fitness);
  if (const auto batch = field.find("taskBatchSize")) problem.batch = static_cast<std::size_t>(batch->whole(1, 1'000'000'000));
  if (const auto enough = field.find("goodEnough")) problem.good_enough = enough->number(0, 1);
  if (const auto workers = field.find("maxConcurrent")) static_cast<void>(workers->whole(1, count_max));  // changes no answer
  problem.hosts = read_hosts(field);
  problem.tasks = read_tasks(field, problem.mode == Mode::queue, problem.remarks);
  if (const auto limits = field.find("resAllocs")) {
    for (const auto& [group, amounts] : limits->members()) {
      amounts.allow({"cpus", "memoryMB", "networkMbps", "diskMB"});
      problem.group_limits[group] = read_amounts(amounts, GroupLimits::unlimited.cpus.value());
    }
  }
  if (problem.mode == Mode::queue) problem.queue = read_queue(field.need("queue"));
  if (problem.mode == Mode::queue) {
    for (const Field& item : field.need("tasks").items()) static_cast<void>(item.need("tier").whole(0, problem.queue.tiers - 1));
  }
  if (problem.mode == Mode::autoscale) problem.scaling = read_scaling(field.need("autoscale"));
  RoundReader rounds(problem);
  for (const Field& item : field.need("rounds").items()) problem.rounds.push_back(rounds.read(item));
  return problem;
}

constexpr std::size_t text_max = std::size_t{1} << 30;

/// As it is, or unpacked: zlib reads both.
std::string text_of_file(const std::filesystem::path& file) {
  const auto refuse = [&](std::string_view why) { throw ProblemError(fmt::format("{}: {}", file.string(), why)); };
  if (!std::filesystem::is_regular_file(file)) refuse("cannot be read; give the path of a problem file");
  const std::unique_ptr<gzFile_s, decltype(&gzclose)> in(gzopen(file.c_str(), "rb"), gzclose);
  if (!in) refuse("cannot be read");
  std::string text;
  std::vector<char> part(1 << 20);
  int read = 0;
  while ((read = gzread(in.get(), part.data(), static_cast<unsigned>(part.size()))) > 0) {
    text.append(part.data(), static_cast<std::size_t>(read));
    if (text.size() > text_max) refuse("is larger than 1 GiB when unpacked");
  }
  if (read < 0) refuse("is no whole gzip file");
  return text;
}

}  // namespace

std::vector<Case> problems_of(const std::string& name, const std::string& text) {
  nlohmann::json root;
  try {
    root = files::json_of(name, text);
  } catch (const std::invalid_argument& error) {
    throw ProblemError(error.what());
  }
  const Field field(name, root);
  if (!field.find("cases")) return {{read_problem(field), nullptr}};
  field.allow({"format", "cases"});
  if (field.need("format").whole(0, count_max) != 1) field.need("format").fail("only format 1 is known");
  std::vector<Case> cases;
  std::set<int> ids;
  for (const Field& item : field.need("cases").items()) {
    item.allow({"problem", "answer"});
    const Field problem = item.need("problem");
    cases.push_back({read_problem(problem), item.find("answer") ? item.need("answer").raw() : nlohmann::json(nullptr)});
    if (!ids.insert(cases.back().problem.id).second)
      problem.find("id").value_or(problem).fail(fmt::format("another problem has id {}, too", cases.back().problem.id));
  }
  return cases;
}

std::vector<Case> read_problems(const std::filesystem::path& file) { return problems_of(file.string(), text_of_file(file)); }

}  // namespace streamtwin::fenzo
