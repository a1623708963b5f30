// Paths that stand for many values, and calls by the name of their callee.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenarios/language/document.hpp"

namespace streamtwin::language {
namespace {

constexpr const char* assigned_mesh = R"(services:
  web:
    cores: 4
    calls:
      - {service: catalogue, command: {timeout: 1 s}}
      - {service: accounts}
      - {service: catalogue, stage: 1}
  accounts: {calls: [{service: catalogue}]}
  catalogue: {cores: 2}
  "*": {cores: 1}
sites: [{name: FRA, n: 1}, {name: MUC, n: 2}]
gone: {a: ~, b: {x: 1}}
)";

Document mesh_with(std::vector<std::string> sets) {
  return Document::from_text(assigned_mesh, "mesh.yaml", {.overrides = std::move(sets)});
}

std::string value_at(const Document& document, std::string_view path) {
  std::string problem;
  const Node* node = document.find(*read_path(path, problem));
  return node ? node->is_null() ? "~" : node->text : "(nothing)";
}

std::string message_of(const std::string& set) {
  const Document document = mesh_with({set});
  EXPECT_EQ(document.diagnostics().size(), 1u) << set;
  return document.ok() ? "" : document.diagnostics().front().message;
}

TEST(Assignment, AStarStandsForEveryKeyAndItem) {
  const Document document = mesh_with({"services.*.calls[*].command.timeout=300 ms", "sites[*].n=7", "services[*].cores=8"});
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  for (const char* call : {"services.web.calls[0]", "services.web.calls[1]", "services.web.calls[2]", "services.accounts.calls[0]"})
    EXPECT_EQ(value_at(document, std::string(call) + ".command.timeout"), "300 ms") << call;
  EXPECT_EQ(value_at(document, "services.catalogue.calls"), "(nothing)");
  EXPECT_EQ(value_at(document, "sites[0].n"), "7");
  EXPECT_EQ(value_at(document, "sites[1].n"), "7");
  for (const char* service : {"web", "accounts", "catalogue"})
    EXPECT_EQ(value_at(document, std::string("services.") + service + ".cores"), "8");
  std::string problem;
  EXPECT_EQ(document.where(document.origin_of(*read_path("services.web.calls[1].command.timeout", problem))),
            "--set services.*.calls[*].command.timeout");
}

TEST(Assignment, AQuotedStarIsAKey) {
  const Document document = mesh_with({"services[\"*\"].cores=9"});
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value_at(document, "services[\"*\"].cores"), "9");
  EXPECT_EQ(value_at(document, "services.web.cores"), "4");
}

TEST(Assignment, CallsAreFoundByTheirCallee) {
  const Document document = mesh_with({"services.web.calls[catalogue].command.timeout=5 s", "services.accounts.calls[catalogue].stage=2"});
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value_at(document, "services.web.calls[0].command.timeout"), "5 s");
  EXPECT_EQ(value_at(document, "services.web.calls[1].command.timeout"), "(nothing)");
  EXPECT_EQ(value_at(document, "services.web.calls[2].command.timeout"), "5 s");
  EXPECT_EQ(value_at(document, "services.accounts.calls[0].stage"), "2");
}

TEST(Assignment, CallsOfAllServicesAreFoundByTheirCallee) {
  const Document document = mesh_with({"services.*.calls[accounts].command.timeout=5 s", "services.*.calls[2].stage=3"});
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value_at(document, "services.web.calls[1].command.timeout"), "5 s");
  EXPECT_EQ(value_at(document, "services.accounts.calls[0].command"), "(nothing)");
  EXPECT_EQ(value_at(document, "services.catalogue.calls"), "(nothing)");
  EXPECT_EQ(value_at(document, "services.web.calls[2].stage"), "3");
  EXPECT_EQ(value_at(document, "services.accounts.calls[2]"), "(nothing)");
}

TEST(Assignment, WhatWasTakenBackIsNotFound) {
  const Document document = mesh_with({"gone.*.x=5"});
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value_at(document, "gone.a"), "~");
  EXPECT_EQ(value_at(document, "gone.b.x"), "5");
}

TEST(Assignment, OverridesTakeStarsToo) {
  const Document document = Document::from_text("services: {a: {n: 1}, b: {n: 2}}\noverride: {services.*.n: 3}\n", "mesh.yaml", {});
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value_at(document, "services.a.n"), "3");
  EXPECT_EQ(value_at(document, "services.b.n"), "3");
}

TEST(Assignment, NoMatchIsAnErrorThatNamesWhatIsThere) {
  EXPECT_EQ(message_of("services.web.calls[catalog].stage=1"),
            "no item of the list has the name `catalog`; there are `catalogue`, `accounts`; did you mean `catalogue`?");
  EXPECT_EQ(message_of("services.*.calls[catalog].stage=1"),
            "no item of the list has the name `catalog`; there are `catalogue`, `accounts`; did you mean `catalogue`?");
  EXPECT_EQ(message_of("service.*.cores=1"),
            "`service.*` finds nothing: no `service` is written; there are `services`, `sites`, `gone`; did you mean `services`?");
  EXPECT_EQ(message_of("services.*.cals[*].stage=1"),
            "`services.*.cals.*` finds nothing: no `cals` is written in `services.*`; there are `cores`, `calls`; did you mean `calls`?");
  EXPECT_EQ(message_of("services.catalogue.cores[*].x=1"),
            "`services.catalogue.cores.*` finds nothing: nothing is written at `services.catalogue.cores`");
  EXPECT_EQ(message_of("services.*.calls[7].stage=1"), "the list has 3 items; [0] to [2] replace, [3] appends");
}

TEST(Assignment, StarsDoNotExpandWhatIsTooLarge) {
  std::string laughs = "a: &a {x: 1, y: 1, z: 1}\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    laughs += fmt::format("{0}: &{0} {{x: *{1}, y: *{1}, z: *{1}}}\n", c, static_cast<char>(c - 1));
  }
  const Document document =
      Document::from_text(laughs, "laughs.yaml", {.overrides = {"z.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*=1"}});
  EXPECT_FALSE(document.ok());
}

}  // namespace
}  // namespace streamtwin::language
