// What a job of several processes needs of MPI, whose own names are macros that Swift does not see.
#pragma once

#include <stddef.h>

// Joins the job. Returns 0, or a complaint about what went wrong.
const char *cmpi_start(int *rank, int *count);

// Leaves the job; every process must.
void cmpi_finish(void);

// Ends all processes of the job. Where the launcher does not end this one, it returns.
void cmpi_abort(int status);

// Sends outgoing[r] to every rank r and fills incoming[r] from it. Returns 0, or a complaint.
const char *cmpi_exchange(const void *const *outgoing, const size_t *outgoing_sizes, void *const *incoming,
                          const size_t *incoming_sizes);
