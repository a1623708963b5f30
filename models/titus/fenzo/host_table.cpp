#include "models/titus/fenzo/host_table.hpp"

#include <algorithm>

namespace streamtwin::fenzo {

HostTable::HostTable(std::vector<Host*> hosts) : hosts_(std::move(hosts)) {
  const std::size_t blocks = (hosts_.size() + block_size - 1) / block_size;
  for (int r = 0; r < resources; ++r) {
    for (auto* column : {&used_[r], &total_[r], &running_[r]}) column->resize(hosts_.size());
    headroom_[r].resize(blocks);
  }
  ports_used_.resize(hosts_.size());
  ports_total_.resize(hosts_.size());
  flags_.resize(hosts_.size());
  for (Slot slot = 0; slot < size(); ++slot) read(slot);
  for (Slot block = 0; block < blocks; ++block) measure_block(block);
}

void HostTable::read(Slot slot) {
  const Host& host = *hosts_[slot];
  const auto used = numbers_of(host.assigned()), total = numbers_of(host.total()), running = numbers_of(host.running());
  for (int r = 0; r < resources; ++r) {
    used_[r][slot] = used[r];
    total_[r][slot] = total[r];
    running_[r][slot] = running[r];
  }
  ports_used_[slot] = host.ports_used();
  ports_total_[slot] = host.ports_total();
  const bool busy = !host.running_tasks().empty() || !host.assigned_tasks().empty();
  flags_[slot] = static_cast<std::uint8_t>((host.exclusive_task() ? exclusive_flag : 0) | (host.sets().empty() ? 0 : sets_flag) |
                                           (busy ? busy_flag : 0));
}

// A little more than the difference, which may have been rounded down.
void HostTable::measure_block(Slot block) {
  const Slot first = block * block_size, end = std::min(first + block_size, size());
  for (int r = 0; r < resources; ++r) {
    double most = 0;
    for (Slot slot = first; slot < end; ++slot) {
      const double total = total_[r][slot], room = total - used_[r][slot];
      most = std::max(most, room + 1e-9 * std::max(1.0, total));
    }
    headroom_[r][block] = most;
  }
}

// The numbers as bytes. A set that somebody uses makes a host like no other.
std::string HostTable::likeness(Slot slot) const {
  const Host& host = *hosts_[slot];
  std::string bytes;
  const auto add = [&](const auto& number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); };
  for (const ResourceSet& set : host.sets()) {
    if (!set.idle()) return "";
    bytes += set.name() + '\0';
    add(set.size());
    add(set.limit());
  }
  for (int r = 0; r < resources; ++r) {
    for (const auto* column : {&used_[r], &total_[r], &running_[r]}) add((*column)[slot]);
  }
  add(ports_used_[slot]);
  add(ports_total_[slot]);
  add(exclusive(slot));
  for (const auto& [name, amount] : host.scalars()) {
    bytes += name + '\0';
    add(amount);
    add(host.assigned_scalar(name));
  }
  return bytes;
}

const std::vector<Slot>& HostTable::distinct() {
  if (!twins_) {
    std::vector<std::string> likenesses;
    likenesses.reserve(hosts_.size());
    for (Slot slot = 0; slot < size(); ++slot) likenesses.push_back(likeness(slot));
    twins_.emplace(likenesses);
  }
  return twins_->distinct();
}

void HostTable::refresh(Slot slot) {
  read(slot);
  if (twins_) twins_->part(slot);
  measure_block(slot / block_size);
}

Slot HostTable::slot_of(const std::string& name) const {
  const auto found =
      std::lower_bound(hosts_.begin(), hosts_.end(), name, [](const Host* host, const std::string& n) { return host->name() < n; });
  return found != hosts_.end() && (*found)->name() == name ? static_cast<Slot>(found - hosts_.begin()) : size();
}

const AttributeColumn& HostTable::column(const std::string& attribute) {
  const auto [found, made] = columns_.try_emplace(attribute);
  AttributeColumn& column = found->second;
  if (!made) return column;
  column.value_of.resize(hosts_.size());
  column.slots.resize(1);
  for (Slot slot = 0; slot < size(); ++slot) {
    const std::string* const value = attribute.empty() ? &hosts_[slot]->name() : hosts_[slot]->attribute(attribute);
    std::uint32_t id = 0;
    if (value && !value->empty()) {
      id = column.value_id.try_emplace(*value, static_cast<std::uint32_t>(column.slots.size())).first->second;
      if (id == column.slots.size()) column.slots.emplace_back();
    }
    column.value_of[slot] = id;
    column.slots[id].push_back(slot);
  }
  return column;
}

}  // namespace streamtwin::fenzo
