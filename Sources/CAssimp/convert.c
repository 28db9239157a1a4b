#define _GNU_SOURCE
#include "cassimp.h"

#include <assimp/cexport.h>
#include <assimp/cimport.h>
#include <assimp/config.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// What the child sends first: its outcome.
enum { sends_container = 'c', sends_complaint = 'e' };

int cassimp_reads(const char *extension) { return aiIsExtensionSupported(extension) == AI_TRUE; }

void cassimp_free(cassimp_result *result) {
  free(result->bytes);
  result->bytes = NULL;
}

// MARK: - In the child

static void send_all(int pipe, const void *data, size_t count) {
  const char *next = data;
  while (count > 0) {
    ssize_t sent = write(pipe, next, count);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) _exit(1);
    next += sent;
    count -= (size_t)sent;
  }
}

static void complain(int pipe, const char *text) {
  char outcome = sends_complaint;
  send_all(pipe, &outcome, 1);
  send_all(pipe, text, strlen(text));
  _exit(0);
}

static int is_readable_picture(const char *name) {
  static const char *const known[] = {".png", ".jpg", ".jpeg", ".bmp", ".tga"};
  const char *dot = strrchr(name, '.');
  for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++) {
    if (strcasecmp(dot, known[i]) == 0) return 1;
  }
  return 0;
}

// Gives a texture's name the form in which it exists beside the model; 0 when there is no such picture.
static int find_picture(struct aiString *name, const char *folder) {
  if (name->data[0] == '*') return 1;  // inside the model
  for (char *c = name->data; *c; c++) {
    if (*c == '\\') *c = '/';
  }
  const char *slash = strrchr(name->data, '/');
  const char *candidates[] = {name->data, slash ? slash + 1 : name->data};
  for (int i = 0; i < 2; i++) {
    char path[4096];
    if (candidates[i][0] == '/') continue;
    int length = snprintf(path, sizeof path, "%s%s", folder, candidates[i]);
    if (length < 0 || (size_t)length >= sizeof path || !is_readable_picture(path) || access(path, R_OK) != 0) continue;
    memmove(name->data, candidates[i], strlen(candidates[i]) + 1);
    name->length = (ai_uint32)strlen(name->data);
    return 1;
  }
  return 0;
}

static void mend_textures(const struct aiScene *scene, const char *path) {
  char folder[4096] = "";
  const char *slash = strrchr(path, '/');
  if (slash && (size_t)(slash - path + 2) < sizeof folder) snprintf(folder, (size_t)(slash - path + 2), "%s", path);
  for (unsigned i = 0; i < scene->mNumMaterials; i++) {
    struct aiMaterial *material = scene->mMaterials[i];
    for (unsigned k = 0; k < material->mNumProperties; k++) {
      struct aiMaterialProperty *property = material->mProperties[k];
      if (strcmp(property->mKey.data, "$tex.file") != 0 || property->mType != aiPTI_String) continue;
      // A length, the characters and a zero.
      struct aiString name;
      memset(&name, 0, sizeof name);
      if (property->mDataLength < 5 || property->mDataLength > sizeof name.data) continue;
      memcpy(name.data, property->mData + 4, property->mDataLength - 4);
      if (find_picture(&name, folder)) {
        memcpy(property->mData, &name.length, 4);
        memcpy(property->mData + 4, name.data, name.length + 1);
        property->mDataLength = 4 + name.length + 1;
      } else {
        property->mKey.data[0] = '?';
      }
    }
  }
}

static void set_limit(int resource, rlim_t value) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return;
  if (limit.rlim_max != RLIM_INFINITY && value > limit.rlim_max) value = limit.rlim_max;
  limit.rlim_cur = value;
  setrlimit(resource, &limit);
}

static size_t present_memory(void) {
  unsigned long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%lu", &pages) != 1) pages = 0;
  if (file) fclose(file);
  return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void convert(const char *path, int pipe, size_t memory, unsigned seconds) {
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO), dup2(nowhere, STDOUT_FILENO);
  set_limit(RLIMIT_AS, present_memory() + memory);
  set_limit(RLIMIT_CPU, seconds);
  set_limit(RLIMIT_CORE, 0);

  struct aiPropertyStore *options = aiCreatePropertyStore();
  aiSetImportPropertyFloat(options, AI_CONFIG_PP_GSN_MAX_SMOOTHING_ANGLE, 60);
  aiSetImportPropertyInteger(options, AI_CONFIG_PP_SBP_REMOVE, aiPrimitiveType_POINT | aiPrimitiveType_LINE);
  const struct aiScene *scene = aiImportFileExWithProperties(
      path,
      aiProcess_Triangulate | aiProcess_GenSmoothNormals | aiProcess_JoinIdenticalVertices | aiProcess_SortByPType |
          aiProcess_FindInvalidData | aiProcess_ValidateDataStructure,
      NULL, options);
  if (!scene) complain(pipe, aiGetErrorString());
  mend_textures(scene, path);
  const struct aiExportDataBlob *blob = aiExportSceneToBlob(scene, "glb2", 0);
  if (!blob || blob->size == 0) complain(pipe, aiGetErrorString());
  char outcome = sends_container;
  send_all(pipe, &outcome, 1);
  send_all(pipe, blob->data, blob->size);
  _exit(0);
}

// MARK: - In the parent

// Reads until the other end closes; NULL when there is more than `maximum` or no memory.
static uint8_t *receive(int pipe, size_t maximum, size_t *count) {
  size_t capacity = 1 << 16, used = 0;
  uint8_t *bytes = malloc(capacity);
  while (bytes) {
    if (used == capacity) {
      if (capacity >= maximum) break;
      capacity = capacity < maximum / 2 ? 2 * capacity : maximum;
      uint8_t *more = realloc(bytes, capacity);
      if (!more) break;
      bytes = more;
    }
    ssize_t received = read(pipe, bytes + used, capacity - used);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) {
      *count = used;
      return bytes;
    }
    used += (size_t)received;
  }
  free(bytes);
  return NULL;
}

cassimp_result cassimp_convert(const char *path, size_t memory, unsigned seconds, size_t maximum) {
  cassimp_result result = {NULL, 0, "the reader could not be started"};
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return result;
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    convert(path, ends[1], memory, seconds);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return result;
  }
  size_t count = 0;
  uint8_t *bytes = receive(ends[0], maximum, &count);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }

  if (!bytes) {
    snprintf(result.complaint, sizeof result.complaint, "more data than the limit of %zu bytes", maximum);
  } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || count < 2) {
    snprintf(result.complaint, sizeof result.complaint, "data that the reader failed on, or that need too much memory or time");
  } else if (bytes[0] == sends_complaint) {
    snprintf(result.complaint, sizeof result.complaint, "%.*s", (int)(count - 1 < 240 ? count - 1 : 240), (char *)bytes + 1);
  } else {
    memmove(bytes, bytes + 1, count - 1);
    result.bytes = bytes;
    result.count = count - 1;
    return result;
  }
  free(bytes);
  return result;
}
