// Call graphs that are drawn or read: their shape, and what is said of files that cannot be used.
#include <gmock/gmock.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/services/call_graph.hpp"
#include "models/services/graph/generator.hpp"
#include "models/services/graph/graph_file.hpp"
#include "models/services/patience.hpp"
#include "tests/refusal.hpp"

namespace streamtwin::services {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Services = std::map<std::string, ServiceSpec>;

std::map<std::string, int> callers_of(const Services& services) {
  std::map<std::string, std::set<std::string>> callers;
  for (const auto& [name, spec] : services)
    for (const CallSpec& call : calls_of(spec)) callers[call.service].insert(name);
  std::map<std::string, int> counts;
  for (const auto& [name, spec] : services) counts[name] = static_cast<int>(callers[name].size());
  return counts;
}

double calls_of_a_request(const Services& services, const std::string& root) {
  double sum = -1;
  for (const auto& [name, times] : CallGraph(services).visits(root)) sum += times;
  return sum;
}

// Over many seeds and sizes: no cycle, everything is reached, nothing is deeper than allowed.
TEST(Generator, DrawsGraphsWithoutCyclesThatReachEveryService) {
  for (int seed = 0; seed < 40; ++seed) {
    GeneratorSpec spec;
    spec.seed = seed;
    spec.services = 20 + 13 * seed;
    spec.entries = 1 + seed % 7;
    spec.depth_max = 3 + seed % 6;
    const Services services = generate(spec, "zuul", 9);
    ASSERT_EQ(services.size(), static_cast<std::size_t>(spec.services + spec.stores + spec.caches) + 1);
    const CallGraph graph(services);
    ASSERT_EQ(graph.cycle(), std::nullopt) << seed;
    std::size_t unreached = 0;
    for (const auto& [name, times] : graph.visits("zuul"))
      unreached += times == 0 && (name.starts_with("service-") || name.starts_with("entry-")) ? 1 : 0;
    ASSERT_EQ(unreached, 0u) << "seed " << seed;
    ASSERT_EQ(services.at("zuul").origins().size(), static_cast<std::size_t>(spec.entries));
    Services tree = services;
    for (auto& [name, service] : tree) {
      service.data.reset();
      std::erase_if(service.calls, [](const CallSpec& call) { return call.service.starts_with("shared-"); });
    }
    ASSERT_LE(CallGraph(tree).depth("zuul"), spec.depth_max + 1) << "seed " << seed;
  }
}

TEST(Generator, DrawsTheSameGraphFromTheSameSeed) {
  const auto edges = [](const Services& services) {
    std::string text;
    for (const auto& [name, spec] : services) {
      text += name + std::to_string(in_seconds(spec.cost.median));
      for (const CallSpec& call : spec.calls)
        text += ">" + call.service + std::to_string(call.stage) + std::to_string(call.probability.value());
    }
    return text;
  };
  GeneratorSpec spec, other;
  other.seed = 2;
  EXPECT_EQ(edges(generate(spec, "zuul", 9)), edges(generate(spec, "zuul", 9)));
  EXPECT_NE(edges(generate(spec, "zuul", 9)), edges(generate(other, "zuul", 9)));
}

TEST(Generator, GivesTheGraphItsPublishedShape) {
  const GeneratorSpec spec;
  const Services services = generate(spec, "zuul", 9);
  const auto callers = callers_of(services);
  // Most services have one caller, a few shared ones have many times as many.
  const auto called_once = std::count_if(callers.begin(), callers.end(), [](const auto& c) { return c.second == 1; });
  EXPECT_GT(called_once, 0.6 * 500);
  int most = 0;
  for (const auto& [name, count] : callers) {
    if (count > most) most = count;
    if (count > 30) {
      EXPECT_TRUE(name.starts_with("shared-")) << name;
    }
  }
  EXPECT_GT(most, 50);
  // Fan-out has a heavy tail: the busiest caller has many times the mean.
  std::size_t widest = 0, calls = 0;
  for (const auto& [name, service] : services) {
    calls += service.calls.size();
    if (name != "zuul") widest = std::max(widest, service.calls.size());
  }
  EXPECT_GT(static_cast<double>(widest), 8.0 * static_cast<double>(calls) / 500);
  // Requests differ in size by their entry, and an average one takes dozens of calls.
  double sum = 0, largest = 0;
  for (int entry = 0; entry < spec.entries; ++entry) {
    const double size = calls_of_a_request(services, fmt::format("entry-{:02}", entry));
    sum += size;
    largest = std::max(largest, size);
  }
  EXPECT_GT(sum / spec.entries, 30);
  EXPECT_GT(largest, 2 * sum / spec.entries);
  EXPECT_GE(CallGraph(services).depth("zuul"), 5);
}

TEST(Generator, WithoutAttachmentHasNarrowerServices) {
  const auto widest = [](double attachment) {
    GeneratorSpec spec;
    spec.attachment = attachment;
    spec.shared_calls = 0;
    std::size_t most = 0;
    for (const auto& [name, service] : generate(spec, "zuul", 9))
      if (name != "zuul") most = std::max(most, service.calls.size());
    return most;
  };
  EXPECT_GT(widest(1), 2 * widest(0));
}

TEST(Generator, DealsOutInstancesByTheWorkOfRequests) {
  GeneratorSpec spec;
  spec.instances = 10'000;
  const Services services = generate(spec, "zuul", 9);
  const auto visits = CallGraph(services).visits("zuul");
  long total = 0;
  for (const auto& [name, service] : services) {
    total += 9 * service.instances_per_zone;
    EXPECT_GE(service.instances_per_zone, 1);
  }
  EXPECT_NEAR(static_cast<double>(total), 10'000, 9);
  const auto work = [&](const std::string& name) { return visits.at(name) * in_seconds(services.at(name).cost.median); };
  std::string busiest = "zuul";
  for (const auto& [name, service] : services)
    if (name != "zuul" && work(name) > work(busiest)) busiest = name;
  for (const auto& [name, service] : services) {
    if (name == "zuul" || service.store) continue;  // a store's reads are not in the call graph
    EXPECT_LE(service.instances_per_zone, services.at(busiest).instances_per_zone + 1) << name;
  }
}

TEST(Generator, GivesSomeServicesDataInStoresMostOfThemBehindCaches) {
  const GeneratorSpec spec;
  const Services services = generate(spec, "zuul", 9);
  int stateful = 0, cached = 0;
  std::map<std::string, int> owners;
  for (const auto& [name, service] : services) {
    if (!service.data) continue;
    EXPECT_FALSE(name.starts_with("entry-")) << name;
    EXPECT_TRUE(services.at(service.data->store).store);
    ++stateful, ++owners[service.data->store];
    if (service.data->cache.empty()) continue;
    EXPECT_TRUE(services.at(service.data->cache).cache);
    ++cached, ++owners[service.data->cache];
  }
  EXPECT_NEAR(stateful, 0.3 * 488, 4 * std::sqrt(0.3 * 0.7 * 488));
  EXPECT_NEAR(cached, 0.7 * stateful, 4 * std::sqrt(0.3 * 0.7 * stateful));
  EXPECT_GT(owners["store-00"], 1.5 * owners["store-05"]) << "the first keep the data of most";
  EXPECT_GT(owners["cache-00"], 1.5 * owners["cache-07"]);
}

TEST(Generator, DrawsTheSameCallsWithoutData) {
  GeneratorSpec without;
  without.stateful = Fraction{0};
  without.stores = without.caches = 0;
  const Services bare = generate(without, "zuul", 9), services = generate(GeneratorSpec{}, "zuul", 9);
  EXPECT_EQ(bare.size(), 501u);
  for (const auto& [name, service] : bare) {
    EXPECT_FALSE(service.data) << name;
    EXPECT_EQ(service.calls.size(), services.at(name).calls.size()) << name;
    EXPECT_EQ(service.cost.median, services.at(name).cost.median) << name;
  }
}

TEST(Generator, RetriesEachCallAsOftenAsAsked) {
  GeneratorSpec spec;
  spec.retries = 3;
  for (const auto& [name, service] : generate(spec, "zuul", 9)) {
    for (const CallSpec& call : service.calls) EXPECT_EQ(call.client.retries_next_server, 3) << name;
  }
}

TEST(Generator, NestsTimeOuts) {
  GeneratorSpec spec;
  spec.connect_timeout = 40ms;
  spec.read_timeout = 200ms;
  spec.room = 30ms;
  const Services services = generate(spec, "zuul", 9);
  int of_leaves = 0, of_others = 0;
  for (const auto& [name, service] : services) {
    for (const CallSpec& call : service.calls) {
      const ServiceSpec& callee = services.at(call.service);
      EXPECT_EQ(call.client.connect_timeout, 40ms);
      EXPECT_NEAR(in_seconds(call.command.timeout - longest_tries(call.client)), 0.03, 1e-9) << name;
      EXPECT_GE(call.client.read_timeout, longest_of_one(callee) + 200ms - 1us) << name << " hears of what fails below";
      ++(callee.calls.empty() ? of_leaves : of_others);
      if (callee.calls.empty()) {
        EXPECT_NEAR(in_seconds(call.command.timeout), 2 * 0.24 + 0.03, 1e-9) << "a further try fits";
      } else {
        EXPECT_EQ(call.client.retry_on.timeouts, false) << name;
      }
    }
  }
  EXPECT_GT(of_leaves, 100);
  EXPECT_GT(of_others, 100);
}

TEST(GraphFile, OfCallsInCsvBecomesServices) {
  const Services services = parse_graph(
      "graph.csv",
      "caller,callee,probability,stage,critical\n# a remark\nfront,back,0.5,1,false\nfront,middle,1,0,true\nmiddle,back,1,0,true\n");
  ASSERT_EQ(services.size(), 3u);
  const auto& calls = services.at("front").calls;
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].service, "middle") << "by stage";
  EXPECT_EQ(calls[1].probability, Fraction{0.5});
  EXPECT_EQ(calls[1].fallback, Fallback::fixed_answer);
  EXPECT_EQ(calls[0].fallback, Fallback::none);
  EXPECT_DOUBLE_EQ(CallGraph(services).visits("front").at("back"), 1.5);
}

TEST(GraphFile, InJsonSaysWhatServicesAreLike) {
  const Services services =
      parse_graph("graph.json", R"({"services": [{"name": "front", "cost_ms": 5, "cores": 8, "instances_per_zone": 3}, {"name": "back"}],
                                                          "calls": [{"caller": "front", "callee": "back"}]})");
  EXPECT_DOUBLE_EQ(in_milliseconds(services.at("front").cost.median), 5);
  EXPECT_EQ(services.at("front").cores, 8);
  EXPECT_EQ(services.at("front").instances_per_zone, 3);
  EXPECT_EQ(services.at("back").calls.size(), 0u);
  EXPECT_EQ(parse_graph("graph.json", R"({"calls": [{"caller": "front", "callee": "back"}]})").size(), 2u) << "without a list of services";
}

std::string complaint(const std::string& name, std::string_view text) {
  return refusal_of<std::invalid_argument>([&] { parse_graph(name, text); });
}

TEST(GraphFile, ThatCannotBeUsedIsRefusedWithItsPlace) {
  EXPECT_THAT(complaint("g.csv", "caller,callee\na\n"),
              HasSubstr("g.csv:2: a call needs a caller and a callee: expected 2 cells as in the header, found 1"));
  EXPECT_THAT(complaint("g.csv", "from,to\na,b\n"), HasSubstr("g.csv:1: expected a header"));
  EXPECT_THAT(complaint("g.csv", "caller,callee,probability\na,b,2\n"), HasSubstr("g.csv:2: `probability` is 2; expected 0 to 1"));
  EXPECT_THAT(complaint("g.csv", "caller,callee,probability\na,b,often\n"), HasSubstr("`probability`: expected a number, found `often`"));
  EXPECT_THAT(complaint("g.csv", "caller,callee\na,\n"), HasSubstr("a call needs a caller and a callee"));
  EXPECT_THAT(complaint("g.csv", ""), HasSubstr("holds no services"));
  EXPECT_THAT(complaint("g.json", "{"), HasSubstr("g.json"));
  EXPECT_THAT(complaint("g.json", R"({"services": [{"nam": "a"}]})"), HasSubstr("g.json: services[0]: unknown key `nam`"));
  EXPECT_THAT(complaint("g.json", R"({"services": [{"name": "a"}, {"name": "a"}]})"), HasSubstr("twice"));
  EXPECT_THAT(complaint("g.json", R"({"services": [{"name": "a", "cores": "two"}]})"), HasSubstr("`cores` is of the wrong kind"));
  EXPECT_THAT(complaint("g.json", std::string(60'000, '[')),
              HasSubstr("g.json:1:201: lists and objects in one another deeper than 200 levels"));
  EXPECT_THAT(complaint("g.json", R"({"services": [{"name": "a", "cost_ms": 1e999}]})"), HasSubstr("a number that is too large"));
}

TEST(GraphFile, NamesAllRowsThatAreWrong) {
  EXPECT_EQ(
      complaint("g.csv", "caller,callee,stage\na,b,x\na,b,1\na,,1\n"),
      "g.csv:2: `stage`: expected a number, found `x`; g.csv:4: a call needs a caller and a callee: expected 3 cells as in the header, found 3");
  EXPECT_THAT(complaint("g.json", R"([{"caller": "a"}, {"caller": "a", "callee": "b"}, {"caler": "a"}])"),
              AllOf(HasSubstr("calls[0]: a call needs"), HasSubstr("calls[2]: unknown key `caler`; a call has caller")));
}

TEST(GraphFile, OfAnotherToolSaysWhoReadsIt) {
  EXPECT_THAT(complaint("g.json", R"({"data": [{"parent": "a", "child": "b", "callCount": 3}]})"),
              AllOf(HasSubstr("unknown key `data`; a call graph has `services` and `calls`"), HasSubstr("import graph")));
  EXPECT_THAT(complaint("g.xml", "<?xml version=\"1.0\"?><graphml/>"), AllOf(HasSubstr("found XML"), HasSubstr("import graph")));
}

TEST(GraphFile, MayBeAListOfCallsAndCsvAsSpreadsheetsWriteIt) {
  EXPECT_EQ(parse_graph("g.json", R"([{"caller": "front", "callee": "back"}])").at("front").calls.size(), 1u);
  const Services services = parse_graph("g.csv",
                                        "\xef\xbb\xbf"
                                        "Caller;Callee;Probability\r\n\"front\";back;0,25\r\n");
  EXPECT_EQ(services.at("front").calls.at(0).probability, Fraction{0.25});
}

std::vector<std::string> left_out(std::string_view text, Services& services) {
  std::vector<std::string> warnings;
  services = parse_graph("g.csv", text, {.warnings = &warnings});
  EXPECT_EQ(CallGraph(services).cycle(), std::nullopt);
  return warnings;
}

TEST(GraphFile, LeavesOutCallsOfAServiceToItself) {
  constexpr std::string_view text = "caller,callee\nfront,front\nfront,cart\ncart,cart\nalone,alone\n";
  Services services;
  EXPECT_THAT(left_out(text, services),
              ElementsAre(AllOf(HasSubstr("g.csv: left out"),
                                HasSubstr("line 2 (front -> front); line 4 (cart -> cart); line 5 (alone -> alone)"))));
  EXPECT_EQ(services.size(), 3u) << "who calls nobody else is a service, too";
  EXPECT_EQ(services.at("front").calls.size(), 1u);
  EXPECT_THAT(refusal_of<std::invalid_argument>([&] { parse_graph("g.csv", text, {.loops = Loops::refuse}); }),
              AllOf(HasSubstr("line 2 (front -> front); line 4"), HasSubstr("`loops: drop`")));
}

TEST(GraphFile, OpensCirclesWhereFewestRequestsPass) {
  Services services;
  EXPECT_THAT(left_out("caller,callee\nc,a\na,b\nb,c\nfront,a\n", services), ElementsAre(HasSubstr("line 2 (c -> a, of a -> b -> c -> a)")))
      << "of equals the one that leads back";
  EXPECT_EQ(services.at("c").calls.size(), 0u);
  EXPECT_THAT(left_out("caller,callee,probability\nfront,a,1\na,b,0.1\na,b,0.1\nb,a,1\n", services),
              ElementsAre(AllOf(HasSubstr("line 3 (a -> b, of a -> b -> a)"), HasSubstr("line 4 (a -> b"))))
      << "all rows of a call go";
  EXPECT_EQ(services.at("b").calls.size(), 1u);
}

TEST(GraphFile, OpensAnyNumberOfCircles) {
  std::string text = "caller,callee\n";
  for (int a = 0; a < 40; ++a)
    for (int b = 0; b < 40; ++b) text += fmt::format("s{},s{}\n", a, b);
  Services services;
  EXPECT_EQ(left_out(text, services).size(), 2u);
  EXPECT_EQ(services.size(), 40u);
  text = "caller,callee\n";
  for (int i = 0; i < 20'000; ++i) text += fmt::format("s{},s{}\n", i, (i + 1) % 20'000);
  EXPECT_THAT(left_out(text, services), ElementsAre(HasSubstr("line 20001 (s19999 -> s0, of s0 -> s1 -> ")));
}

TEST(GraphFile, ThatListsItsServicesCallsNoOthers) {
  const auto calling = [](const std::string& caller, const std::string& callee) {
    const std::string text =
        R"({"services": [{"name": "front"}, {"name": "back"}], "calls": [{"caller": ")" + caller + R"(", "callee": ")" + callee + R"("}]})";
    const NameHint hint = [](std::string_view name, std::span<const std::string_view> known) {
      return fmt::format("; {} is none of {}", name, known.size());
    };
    return refusal_of<std::invalid_argument>([&] { parse_graph("g.json", text, {hint}); });
  };
  EXPECT_THAT(calling("front", "bakc"), HasSubstr("g.json: calls[0]: found `bakc`, which `services` does not list; bakc is none of 2"));
  EXPECT_THAT(calling("frnot", "back"), HasSubstr("g.json: calls[0]: found `frnot`, which `services` does not list"));
  EXPECT_THAT(calling("front", "back"), HasSubstr("nothing was refused"));
}

TEST(GraphFile, TakesNumbersOfTheDescribedRangesOnly) {
  const auto service = [](const std::string& rest) { return complaint("g.json", R"({"services": [{"name": "a", )" + rest + "}]}"); };
  EXPECT_THAT(service(R"("instances_per_zone": 200000000)"),
              HasSubstr("services[0]: `instances_per_zone` is 200000000; expected 1 to 10000"));
  EXPECT_THAT(service(R"("cores": 1e12)"), HasSubstr("services[0]: `cores` is 1000000000000; expected 1 to 1024"));
  EXPECT_THAT(service(R"("cores": 2.7)"), HasSubstr("services[0]: `cores` is 2.7; expected a whole number"));
  EXPECT_THAT(service(R"("cores": true)"), HasSubstr("`cores` is of the wrong kind"));
  EXPECT_THAT(service(R"("cost_ms": 0)"), HasSubstr("`cost_ms` is 0; expected 0.0001 to 600000"));
  const auto call = [](const std::string& rest) {
    return complaint("g.json", R"({"calls": [{"caller": "a", "callee": "b", )" + rest + "}]}");
  };
  EXPECT_THAT(call(R"("stage": 2.7)"), HasSubstr("calls[0]: `stage` is 2.7; expected a whole number"));
  EXPECT_THAT(call(R"("stage": 101)"), HasSubstr("calls[0]: `stage` is 101; expected 0 to 100"));
  EXPECT_THAT(call(R"("probability": 1.5)"), HasSubstr("calls[0]: `probability` is 1.5; expected 0 to 1"));
  EXPECT_THAT(complaint("g.csv", "caller,callee,stage\na,b,1e99\n"), HasSubstr("g.csv:2: `stage` is 1e+99; expected 0 to 100"));
  EXPECT_THAT(complaint("g.csv", "caller,callee,stage\na,b,2.7\n"), HasSubstr("g.csv:2: `stage` is 2.7; expected a whole number"));
  EXPECT_THAT(complaint("g.csv", "caller,callee,stage\na,b,3\n"), HasSubstr("nothing was refused"));
}

}  // namespace
}  // namespace streamtwin::services
