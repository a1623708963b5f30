// Looks into JSON of others, where what is not there or of another kind is nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace streamtwin::import {

std::string text_at(const nlohmann::json& object, const char* key);
/// A number, or a text that is one: times of OpenTelemetry are either, and all of Kiali's are texts.
double number_at(const nlohmann::json& object, const char* key, double otherwise);
/// Empty if there is none.
const nlohmann::json& list_at(const nlohmann::json& object, const char* key);
const nlohmann::json& member_at(const nlohmann::json& object, const char* key);

}  // namespace streamtwin::import
