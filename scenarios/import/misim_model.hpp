// What MiSim's files say (Cambio-Project/MiSim, commit b6950391): an architecture and what is done to it in an experiment or
// a scenario, names resolved as MiSim resolves them. The defaults are MiSim's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/clients/workload/bursts.hpp"
#include "models/misim/spec.hpp"

namespace streamtwin::import {

struct MisimOperation {
  std::string name;
  misim::MisimOperationSpec spec;
};

struct MisimService {
  std::string name;
  int instances = 1;
  misim::MisimServiceSpec spec;            ///< without its operations
  std::vector<MisimOperation> operations;  ///< in the order of the file, which decides which one a short name means
};

struct MisimArchitecture {
  std::vector<MisimService> services;

  const MisimService* find(const std::string& service) const;
};

struct OperationName {
  std::string service, operation;
};

struct MisimGenerator {
  std::string name;
  OperationName target;
  workload::BurstSpec bursts;
};

struct MisimAction {
  enum class Kind { kill, start, delay };
  Kind kind = Kind::kill;
  Duration at{0};
  std::string service;
  std::optional<int> instances;  ///< all, of kill
  misim::MisimDelaySpec delay;
  Duration lasts{0};  ///< to the end, if 0
  std::string operation;
  std::optional<OperationName> callee;
};

struct MisimExperiment {
  std::string name;
  Duration duration{0};
  std::vector<MisimGenerator> generators;
  std::vector<MisimAction> actions;
};

}  // namespace streamtwin::import
