// summary.json: written in the order a person reads it, read back without trusting it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "models/files/json_text.hpp"
#include "scenarios/results/store.hpp"

namespace streamtwin {

namespace {

using json = nlohmann::ordered_json;

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }
json number(std::optional<double> value) { return value ? number(*value) : json(nullptr); }

double number_of(const json& value) { return value.is_number() ? value.get<double>() : unknown; }
std::optional<double> bound_of(const json& value) { return value.is_number() ? std::optional(value.get<double>()) : std::nullopt; }

KpiKind kind_of(const std::string& name) {
  const std::optional<KpiKind> kind = value_named<KpiKind>(name);
  if (!kind) throw std::invalid_argument(fmt::format("`{}` is no kind of key figure", name));
  return *kind;
}

json verdict_json(const Verdict& verdict) {
  json out{{"name", verdict.name},
           {"kind", name_of(verdict.kind)},
           {"description", verdict.description},
           {"observed", number(verdict.observed)},
           {"expected", verdict.expected()},
           {"at_least", number(verdict.at_least)},
           {"at_most", number(verdict.at_most)},
           {"unit", verdict.unit()},
           {"kpi_kind", name_of(verdict.kpi_kind)},
           {"held", verdict.held ? json(*verdict.held) : json(nullptr)}};
  if (verdict.held_in) out["held_in"] = *verdict.held_in;
  if (!verdict.breaks_because.empty()) out["breaks_because"] = verdict.breaks_because;
  return out;
}

Verdict verdict_of(const json& in) {
  Verdict verdict;
  verdict.name = in.value("name", "");
  verdict.kind = in.value("kind", "") == "slo" ? VerdictKind::slo : VerdictKind::hypothesis;
  verdict.description = in.value("description", "");
  verdict.observed = number_of(in.value("observed", json()));
  verdict.at_least = bound_of(in.value("at_least", json()));
  verdict.at_most = bound_of(in.value("at_most", json()));
  verdict.kpi_kind = kind_of(in.at("kpi_kind").get<std::string>());
  if (const json held = in.value("held", json()); held.is_boolean()) verdict.held = held.get<bool>();
  if (const json held_in = in.value("held_in", json()); held_in.is_number()) verdict.held_in = held_in.get<int>();
  verdict.breaks_because = in.value("breaks_because", "");
  return verdict;
}

}  // namespace

std::string summary_json(const RunResult& result) {
  json kpis = json::object();
  for (const Kpi& kpi : result.kpis) {
    kpis[kpi.name] = {{"value", number(kpi.value)},
                      {"unit", kpi.unit()},
                      {"kind", name_of(kpi.kind)},
                      {"lower", number(kpi.lower)},
                      {"upper", number(kpi.upper)}};
  }
  json verdicts = json::array();
  for (const Verdict& verdict : result.verdicts) verdicts.push_back(verdict_json(verdict));
  json policies = json::object();
  for (const PolicyUse& policy : result.policies)
    policies[policy.kind] = {{"name", policy.name}, {"calls", policy.calls}, {"seconds", in_seconds(policy.took)}};
  const json summary{{"scenario", result.scenario},
                     {"description", result.description},
                     {"scenario_digest", result.scenario_digest},
                     {"version", result.version},
                     {"seed", result.seed},
                     {"policies", policies},
                     {"simulated_seconds", in_seconds(result.simulated)},
                     {"wall_seconds", in_seconds(result.wall)},
                     {"setup_seconds", in_seconds(result.setup)},
                     {"events", result.events},
                     {"digest", result.digest},
                     {"partial", result.partial},
                     {"replications", result.replications},
                     {"kpis", kpis},
                     {"verdicts", verdicts}};
  return summary.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

RunResult read_summary(const std::filesystem::path& folder) {
  const auto file = folder / "summary.json";
  try {
    const json summary = files::json_of<json>(file.string(), read_file(file));
    RunResult result;
    result.scenario = summary.at("scenario").get<std::string>();
    result.description = summary.value("description", "");
    result.scenario_digest = summary.value("scenario_digest", "");
    result.version = summary.value("version", "");
    result.seed = summary.at("seed").get<std::uint64_t>();
    result.simulated = seconds(summary.value("simulated_seconds", 0.0));
    result.wall = seconds(summary.value("wall_seconds", 0.0));
    result.setup = seconds(summary.value("setup_seconds", 0.0));
    result.events = summary.value("events", std::uint64_t{0});
    result.digest = summary.value("digest", "");
    result.partial = summary.value("partial", false);
    result.replications = summary.value("replications", 1);
    const json policies = summary.value("policies", json::object());
    for (const auto& [kind, use] : policies.items()) {
      result.policies.push_back(
          {kind, use.at("name").get<std::string>(), use.at("calls").get<std::uint64_t>(), seconds(use.at("seconds").get<double>())});
    }
    for (const auto& [name, kpi] : summary.at("kpis").items()) {
      result.kpis.push_back({name, number_of(kpi.at("value")), kind_of(kpi.at("kind").get<std::string>()),
                             bound_of(kpi.value("lower", json())), bound_of(kpi.value("upper", json())), ""});
    }
    for (const json& verdict : summary.at("verdicts")) result.verdicts.push_back(verdict_of(verdict));
    return result;
  } catch (const json::exception& error) {
    throw ResultsError(fmt::format("{}: is not a summary written by 'run' ({})", file.string(), error.what()));
  } catch (const std::invalid_argument& error) {
    throw ResultsError(fmt::format("{}: is not a summary written by 'run' ({})", file.string(), error.what()));
  }
}

}  // namespace streamtwin
