// Large pages for large arrays: every page that is touched first is a fault and is cleared, and 4 KiB at a time that takes
// longer than to fill it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

// Asks that fresh memory be backed by large pages; leaves small blocks, and systems without such pages, as they are.
static inline void chugepages_advise(void *base, size_t bytes) {
#if defined(MADV_HUGEPAGE)
  // No page of a system is larger than this, but for the large ones.
  const uintptr_t page = 1u << 16;
  if (bytes < (size_t)4 << 20) return;
  uintptr_t first = ((uintptr_t)base + page - 1) & ~(page - 1);
  uintptr_t last = ((uintptr_t)base + bytes) & ~(page - 1);
  madvise((void *)first, last - first, MADV_HUGEPAGE);
#else
  (void)base;
  (void)bytes;
#endif
}
