#include "models/titus/fenzo/host_table.hpp"

#include <algorithm>

namespace streamtwin::fenzo {
namespace {

std::uint32_t value_in(AttributeColumn& column, const std::string& attribute, const Host& host) {
  const std::string* const value = attribute.empty() ? &host.name() : host.attribute(attribute);
  if (!value || value->empty()) return 0;
  const auto id = column.value_id.try_emplace(*value, static_cast<std::uint32_t>(column.slots.size())).first->second;
  if (id == column.slots.size()) column.slots.emplace_back();
  return id;
}

}  // namespace

void HostTable::set_hosts(std::vector<Host*> hosts, const std::function<bool(const Host&)>& open) {
  hosts_ = std::move(hosts);
  for (int r = 0; r < resources; ++r) {
    for (auto* column : {&used_[r], &total_[r], &running_[r]}) column->resize(hosts_.size());
  }
  ports_used_.resize(hosts_.size());
  ports_total_.resize(hosts_.size());
  flags_.assign(hosts_.size(), closed_flag);
  attributes_seen_.resize(hosts_.size());
  blocks_.resize((hosts_.size() + block_size - 1) / block_size);
  columns_.clear();
  twins_.reset();
  other_likenesses_.clear();
  open_ = idle_ = 0;
  ++version_;
  for (Slot slot = 0; slot < size(); ++slot) {
    read(slot, open(*hosts_[slot]));
    attributes_seen_[slot] = hosts_[slot]->attributes_version();
  }
  for (Slot block = 0; block < blocks_.size(); ++block) measure_block(block);
}

void HostTable::read(Slot slot, bool open) {
  const Host& host = *hosts_[slot];
  const auto used = numbers_of(host.assigned()), total = numbers_of(host.total()), running = numbers_of(host.running());
  for (int r = 0; r < resources; ++r) {
    used_[r][slot] = used[r];
    total_[r][slot] = total[r];
    running_[r][slot] = running[r];
  }
  ports_used_[slot] = host.ports_used();
  ports_total_[slot] = host.ports_total();
  open_ -= !closed(slot);
  idle_ -= idle(slot);
  const bool busy = !host.running_tasks().empty() || !host.assigned_tasks().empty();
  flags_[slot] = static_cast<std::uint8_t>((host.exclusive_task() ? exclusive_flag : 0) | (host.sets().empty() ? 0 : sets_flag) |
                                           (busy ? busy_flag : 0) | (open ? 0 : closed_flag));
  open_ += !closed(slot);
  idle_ += idle(slot);
}

// A little more than the difference, which may have been rounded down.
void HostTable::measure_block(Slot number) {
  const Slot first = number * block_size, end = std::min(first + block_size, size());
  Block block;
  for (Slot slot = first; slot < end; ++slot) {
    if (closed(slot)) continue;
    ++block.open;
    block.with_sets += has_sets(slot);
    for (int r = 0; r < resources; ++r) {
      const double total = total_[r][slot], room = total - used_[r][slot];
      block.headroom[r] = std::max(block.headroom[r], room + 1e-9 * std::max(1.0, total));
    }
  }
  blocks_[number] = block;
}

void HostTable::update(Slot slot, bool open) {
  ++version_;
  read(slot, open);
  if (other_likenesses_.size() > 4 * hosts_.size() + 16) {  // most are those of the past
    other_likenesses_.clear();
    twins_.reset();
  }
  if (twins_) place_among_twins(slot);
  measure_block(slot / block_size);
  const std::uint32_t attributes = hosts_[slot]->attributes_version();
  if (std::exchange(attributes_seen_[slot], attributes) != attributes) update_columns(slot);
}

void HostTable::update_columns(Slot slot) {
  for (auto& [attribute, column] : columns_) {
    const std::uint32_t before = column.value_of[slot], now = value_in(column, attribute, *hosts_[slot]);
    if (before == now) continue;
    auto &left = column.slots[before], &joined = column.slots[now];
    left.erase(std::lower_bound(left.begin(), left.end(), slot));
    joined.insert(std::lower_bound(joined.begin(), joined.end(), slot), slot);
    column.value_of[slot] = now;
  }
}

// A set that somebody uses, or that rates places by itself, makes a host like no other; one that a task has for itself is nobody's choice.
void HostTable::place_among_twins(Slot slot) {
  const Host& host = *hosts_[slot];
  if (!shared(slot)) return twins_->leave(slot);
  const auto& sets = host.sets();
  const bool plain = std::all_of(sets.begin(), sets.end(), [](const ResourceSet& set) { return set.idle() && !set.evaluator(); });
  if (!plain) return twins_->part(slot);
  Likeness likeness{.ports_used = ports_used_[slot], .ports_total = ports_total_[slot], .other = other_likeness(host)};
  std::size_t i = 0;
  for (int r = 0; r < resources; ++r) {
    for (const auto* column : {&used_[r], &total_[r], &running_[r]}) likeness.amounts[i++] = (*column)[slot];
  }
  twins_->join(slot, likeness);
}

std::uint32_t HostTable::other_likeness(const Host& host) {
  if (host.sets().empty() && host.scalars().empty()) return 0;
  std::string bytes;
  const auto add = [&](const auto& number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); };
  for (const ResourceSet& set : host.sets()) {
    bytes += set.name() + '\0';
    add(set.size());
    add(set.limit());
  }
  bytes += '\0';
  for (const auto& [name, amount] : host.scalars()) {
    bytes += name + '\0';
    add(amount);
    add(host.assigned_scalar(name));
  }
  return other_likenesses_.try_emplace(std::move(bytes), static_cast<std::uint32_t>(other_likenesses_.size() + 1)).first->second;
}

const std::vector<Slot>& HostTable::distinct() {
  if (!twins_) {
    twins_.emplace(size());
    for (Slot slot = 0; slot < size(); ++slot) place_among_twins(slot);
  }
  return twins_->firsts();
}

const AttributeColumn& HostTable::column(const std::string& attribute) {
  const auto [found, made] = columns_.try_emplace(attribute);
  AttributeColumn& column = found->second;
  if (!made) return column;
  column.value_of.resize(hosts_.size());
  column.slots.resize(1);
  for (Slot slot = 0; slot < size(); ++slot) {
    const std::uint32_t id = value_in(column, attribute, *hosts_[slot]);
    column.value_of[slot] = id;
    column.slots[id].push_back(slot);
  }
  return column;
}

}  // namespace streamtwin::fenzo
