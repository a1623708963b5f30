#include "models/rpc/impairments.hpp"

namespace streamtwin::rpc {

Impairments::Number Impairments::add(Group group, const Trouble& trouble) {
  known_.push_back({std::move(group), trouble});
  return known_.size() - 1;
}

void Impairments::begin(Number number) {
  Known& known = known_[number];
  known.active = true;
  for (Instance* instance : known.group.present()) strike(*instance, number);
}

void Impairments::end(Number number) {
  known_[number].active = false;
  for (auto entry = ill_.begin(); entry != ill_.end();) {
    auto& [id, ill] = *entry;
    const auto here = entry++;
    if (std::erase(ill.causes, number) == 0) continue;
    Instance& instance = *lives_.find(id);
    if (ill.causes.empty()) {
      instance.trouble = &no_trouble;
      ill_.erase(here);
    } else {
      apply(instance, ill);
    }
  }
}

void Impairments::starting(Instance& instance) {
  for (Number number = 0; number < known_.size(); ++number) {
    const Known& known = known_[number];
    if (known.active && known.group.takes_in && known.group.takes_in(instance)) strike(instance, number);
  }
}

void Impairments::strike(Instance& instance, Number number) {
  Ill& ill = ill_[instance.id];
  ill.causes.push_back(number);
  apply(instance, ill);
}

// Summed up anew each time, so that nothing is left of one that has ended.
void Impairments::apply(Instance& instance, Ill& ill) const {
  ill.all = {};
  for (const Number cause : ill.causes) ill.all += known_[cause].trouble;
  instance.trouble = &ill.all;
}

}  // namespace streamtwin::rpc
