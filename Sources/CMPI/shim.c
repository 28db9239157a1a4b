#include "CMPI.h"

// Without the trait nothing is compiled, so that nobody needs the library.
#ifdef PENUMBRA_MPI

#include <mpi.h>
#include <string.h>

// MPI counts with int.
#define LARGEST_PIECE ((size_t)1 << 30)

static int rank_here, rank_count;
static char complaint[MPI_MAX_ERROR_STRING];

static const char *describe(int code) {
  int length = 0;
  if (MPI_Error_string(code, complaint, &length) != MPI_SUCCESS || length == 0) return "unknown error of MPI";
  return complaint;
}

const char *cmpi_start(int *rank, int *count) {
  int support = 0;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &support);
  if (code != MPI_SUCCESS) return "MPI cannot be started";
  if (support < MPI_THREAD_SERIALIZED) return "this MPI does not allow threads";
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_here);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  *rank = rank_here;
  *count = rank_count;
  return NULL;
}

void cmpi_finish(void) { MPI_Finalize(); }

void cmpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

// Sends to one rank and receives from another, piece by piece.
static int send_and_receive(const char *sent, size_t sent_size, int to, char *received, size_t received_size, int from) {
  size_t sent_done = 0, received_done = 0;
  while (sent_done < sent_size || received_done < received_size) {
    size_t out = sent_size - sent_done < LARGEST_PIECE ? sent_size - sent_done : LARGEST_PIECE;
    size_t in = received_size - received_done < LARGEST_PIECE ? received_size - received_done : LARGEST_PIECE;
    int code = MPI_Sendrecv(out ? sent + sent_done : NULL, (int)out, MPI_BYTE, out ? to : MPI_PROC_NULL, 0,
                            in ? received + received_done : NULL, (int)in, MPI_BYTE, in ? from : MPI_PROC_NULL, 0,
                            MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (code != MPI_SUCCESS) return code;
    sent_done += out;
    received_done += in;
  }
  return MPI_SUCCESS;
}

const char *cmpi_exchange(const void *const *outgoing, const size_t *outgoing_sizes, void *const *incoming,
                          const size_t *incoming_sizes) {
  if (incoming_sizes[rank_here] > 0) memcpy(incoming[rank_here], outgoing[rank_here], incoming_sizes[rank_here]);
  // In step s everybody sends to the rank s places on and receives from the one s places back.
  for (int step = 1; step < rank_count; ++step) {
    int to = (rank_here + step) % rank_count, from = (rank_here - step + rank_count) % rank_count;
    int code = send_and_receive(outgoing[to], outgoing_sizes[to], to, incoming[from], incoming_sizes[from], from);
    if (code != MPI_SUCCESS) return describe(code);
  }
  return NULL;
}

#endif
