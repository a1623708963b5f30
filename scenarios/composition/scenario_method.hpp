// What must hold for the steps of the method: that they happen within the run, to something that is there, and that every
// key of theirs is read.
#pragma once

#include <optional>

#include "models/openconnect/topology.hpp"
#include "scenarios/language/scenario.hpp"

namespace streamtwin {

/// `delivery`: where Open Connect stands, null if nobody knows.
void check_method(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker);

/// The rank that release_title names; nothing if it is none of the catalogue.
std::optional<openconnect::ContentId> title_of(const std::string& target, int titles);

}  // namespace streamtwin
