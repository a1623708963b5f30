// Random documents from a description: valid ones, and ones with a single fault. They are JSON, which is
// YAML, so that the parser and a JSON Schema validator can judge the same text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenarios/language/type.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::language {

using Json = nlohmann::ordered_json;

class RandomDocuments {
 public:
  RandomDocuments(const Type& root, std::uint64_t seed) : root_(root), random_(seed, "documents", "structure") {}

  /// A valid document, apart from names that nobody declares.
  Json valid();

  struct Faulty {
    Json document;
    bool beyond_schema = false;  ///< a fault that only the parser can see
    std::string what;
  };
  /// A valid document with one thing changed for the worse.
  Faulty faulty();

 private:
  Json value(const Type& type, const Field& field, int depth);
  Json number(const Type& type, const Field& field);
  Json structure(const Type& type, int depth);
  std::string name();
  Faulty spoil(const Type& type, const Field& field, Json& target, Json& document);
  bool descend(const Type& type, const Field& field, Json& at, Json& document, Faulty& result);

  const Type& root_;
  Random random_;
  int names_ = 0;
};

}  // namespace streamtwin::language
