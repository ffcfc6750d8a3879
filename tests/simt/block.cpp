#include "tests/simt/block.h"

#include <algorithm>
#include <span>
#include <utility>

namespace simt {

std::string to_string(Where where) {
  return std::string(where.file) + ":" + std::to_string(where.line);
}

constinit thread_local Block* running_block = nullptr;

Block& first_block() {
  thread_local Block only;
  running_block = &only;
  return only;
}

void Block::run(Index3 block_index, Index3 block_size, Index3 grid_size, int shared_bytes,
                const std::function<void()>& body) {
  index = block_index, size = block_size, grid = grid_size;
  body_ = &body;
  error_ = nullptr;
  shared_bytes_ = shared_bytes;
  shared_.start_block(shared_bytes);
  count_ = std::size_t{size.x} * size.y * size.z;
  if (count_ > 1024) throw Violation("a block of more than 1024 threads");
  while (threads_.size() < count_) threads_.emplace_back();
  warps_.assign((count_ + 31) / 32, Warp{});
  barriers.clear();
  std::ranges::fill(named, NamedBarrier{});
  engine.clear();
  operands.clear();
  for (std::size_t i = 0; i < count_; ++i) {
    Thread& t = threads_[i];
    const auto n = static_cast<unsigned>(i);
    t.index = {n % size.x, n / size.x % size.y, n / size.x / size.y};
    t.number = static_cast<int>(i);
    t.state = Thread::State::ready;
    t.copies.assign(1, {});
    t.products.assign(1, {});
    t.sums.clear();
    t.made = 0;
    t.stores.clear();
    t.waited = false;
    t.fiber.start(
        [](void* self) {
          auto* b = static_cast<Block*>(self);
          try {
            (*b->body_)();
          } catch (...) {
            b->error_ = std::current_exception();
          }
          b->running_->state = Thread::State::done;
        },
        this);
  }
  const auto threads = [this] { return std::span(threads_).first(count_); };
  while (!std::ranges::all_of(threads(), [](const Thread& t) { return t.state == Thread::State::done; })) {
    bool progress = false;
    for (std::size_t w = 0; w < warps_.size(); ++w) progress = run_warp(w) || progress;
    if (progress || run_engine()) continue;
    release_barrier();
  }
  end_stores();
}

// What runs beside the threads, when none of them can go on.
bool Block::run_engine() {
  if (engine.empty()) return false;
  for (const auto& copy : std::exchange(engine, {})) copy();
  return true;
}

// What is left of them when the block has ended.
void Block::end_stores() {
  for (Thread& t : std::span(threads_).first(count_)) {
    take_turn(t);
    for (const auto& store : std::exchange(t.stores, {})) store();
  }
}

void Block::take_turn(Thread& t) {
  running_ = &t;
  shared_.take_turn(t, warp());
}

// Until none of its lanes can go on.
bool Block::run_warp(std::size_t warp) {
  const std::size_t first = warp * 32, last = std::min(first + 32, count_);
  bool any = false;
  for (bool progress = true; progress; any = any || progress) {
    progress = false;
    for (std::size_t i = first; i < last; ++i) {
      if (threads_[i].state == Thread::State::polling && threads_[i].ready()) {
        shared_.pass_barrier();
        threads_[i].state = Thread::State::ready;
      }
      if (threads_[i].state != Thread::State::ready) continue;
      take_turn(threads_[i]);
      running_->fiber.resume();
      if (error_) std::rethrow_exception(error_);
      progress = true;
    }
  }
  return any;
}

void Block::release_barrier() {
  const auto threads = std::span(threads_).first(count_);
  if (std::ranges::all_of(threads, [](const Thread& t) { return t.state == Thread::State::done; })) return;
  for (const Thread& t : threads) {
    if (t.state == Thread::State::polling)
      throw Violation("thread " + std::to_string(t.number) + " waits for ever at " + to_string(t.where));
    const bool together = t.state == Thread::State::at_barrier && t.where.line == threads[0].where.line &&
                          std::strcmp(t.where.file, threads[0].where.file) == 0;
    if (!together) report_stuck();
  }
  shared_.pass_barrier();
  for (Thread& t : threads) t.state = Thread::State::ready;
}

void Block::report_stuck() const {
  const auto threads = std::span(threads_).first(count_);
  const auto stuck =
      std::ranges::find_if(threads, [](const Thread& t) { return t.state != Thread::State::done; });
  const bool barrier = stuck->state == Thread::State::at_barrier;
  throw Violation(std::string(barrier ? "barrier" : "warp operation") + " at " + to_string(stuck->where) +
                  " waited for by thread " + std::to_string(stuck->number) + " is not reached by all");
}

void Block::wait(Thread::State state, Where where) {
  running_->state = state;
  running_->where = where;
  running_->fiber.suspend();
}

void Block::poll(Where where, std::function<bool()> ready) {
  running_->ready = std::move(ready);
  wait(Thread::State::polling, where);
}

void Block::check_waited(const char* what) {
  if (early && !running_->waited)
    throw Violation("thread " + std::to_string(running_->number) + " " + what +
                    " before it waited for the kernel before");
}

void Block::barrier(Where where) {
  wait(Thread::State::at_barrier, where);
}

void Block::meet(std::uint32_t mask, Where where, const void* in, int in_bytes, void* out, int out_bytes,
                 const std::function<void(Warp&)>& compute) {
  Warp& w = warp();
  const int lane = running_->lane();
  if (w.arrived == 0) {
    w.expected = mask;
    w.where = where;
  } else if (w.expected != mask || w.where.line != where.line) {
    throw Violation("lanes of a warp meet at " + to_string(w.where) + " and at " + to_string(where));
  }
  if (!(mask >> lane & 1))
    throw Violation("a lane outside the mask of its warp operation at " + to_string(where));
  std::memcpy(w.in[lane], in, static_cast<std::size_t>(in_bytes));
  w.arrived |= 1u << lane;
  if (w.arrived == mask) {
    compute(w);
    w.arrived = 0;
    const std::size_t first = static_cast<std::size_t>(running_->warp()) * 32;
    for (std::size_t i = 0; i < 32; ++i) {
      if (mask >> i & 1) threads_[first + i].state = Thread::State::ready;
    }
  } else {
    wait(Thread::State::in_warp, where);
  }
  std::memcpy(out, w.out[lane], static_cast<std::size_t>(out_bytes));
}

void SharedMemory::start_block(int bytes) {
  first_epoch_ = ++epoch_;
  if (bytes_.size() < static_cast<std::size_t>(bytes)) {
    bytes_.resize(static_cast<std::size_t>(bytes));
    cells_.resize(bytes_.size() / 2);
    readings_.resize((bytes_.size() + chunk_bytes - 1) / chunk_bytes);
  }
}

void SharedMemory::take_turn(const Thread& thread, const Warp& warp) {
  number_ = static_cast<std::uint16_t>(thread.number);
  warp_ = static_cast<std::uint16_t>(thread.warp());
  warp_epoch_ = &warp.epoch;
}

SharedMemory::Cell* SharedMemory::cells(const std::byte* p, int bytes, int& count) {
  const std::ptrdiff_t first = (p - bytes_.data()) / 2;
  count = (bytes + 1) / 2;
  return &cells_[static_cast<std::size_t>(first)];
}

void SharedMemory::first_read(const std::byte* p, int bytes) {
  int count;
  Cell* const first = cells(p, bytes, count);
  Cell* cell = first;
  const std::uint32_t warp_epoch = *warp_epoch_;
  for (const Cell* end = cell + count; cell < end; ++cell) {
    if (cell->write_epoch < first_epoch_) throw Violation("read of shared memory that nothing wrote");
    if (cell->write_epoch == epoch_ && cell->writer != number_ &&
        (cell->writer / 32 != warp_ || cell->write_warp_epoch == warp_epoch)) {
      throw Violation("thread " + std::to_string(number_) + " reads shared memory that thread " +
                      std::to_string(cell->writer) + " wrote since the last barrier");
    }
    if (cell->read_epoch != epoch_) {
      cell->reader = number_;
      cell->reader_warp = warp_;
    } else if (cell->reader != number_) {
      cell->reader = several;
      if (cell->reader_warp != warp_) cell->reader_warp = several;
    }
    cell->read_epoch = epoch_;
    cell->read_warp_epoch = warp_epoch;
  }
  if (bytes == chunk_bytes) note_reading(p, first);
}

// What one thread alone has read it may still write.
void SharedMemory::note_reading(const std::byte* p, const Cell* first) {
  const std::uint16_t warp = first->reader_warp;
  const bool alike = std::all_of(first, first + chunk_bytes / 2, [&](const Cell& cell) {
    return cell.reader == several && cell.reader_warp == warp;
  });
  if (alike) readings_[chunk(p)] = {epoch_, *warp_epoch_, warp};
}

void SharedMemory::deliver(const std::byte* p, int bytes) {
  int count;
  Cell* cell = cells(p, bytes, count);
  for (const Cell* end = cell + count; cell < end; ++cell) {
    *cell = {};
    cell->write_epoch = epoch_;
    cell->writer = nobody;
  }
  pass_barrier();
}

void SharedMemory::write(const std::byte* p, int bytes) {
  int count;
  Cell* cell = cells(p, bytes, count);
  const std::uint32_t warp_epoch = *warp_epoch_;
  for (const Cell* end = cell + count; cell < end; ++cell) {
    const bool others_write = cell->write_epoch == epoch_ && cell->writer != number_ &&
                              (cell->writer / 32 != warp_ || cell->write_warp_epoch == warp_epoch);
    const bool others_read = cell->read_epoch == epoch_ && cell->reader != number_ &&
                             (cell->reader_warp != warp_ || cell->read_warp_epoch == warp_epoch);
    if (others_write || others_read) {
      throw Violation("thread " + std::to_string(number_) + " writes shared memory that another thread " +
                      (others_write ? "wrote" : "read") + " since the last barrier");
    }
    cell->write_epoch = epoch_;
    cell->write_warp_epoch = warp_epoch;
    cell->writer = number_;
  }
}

}  // namespace simt
