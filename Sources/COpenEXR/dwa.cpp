// Decodes DWAA and DWAB, which OpenEXRCore cannot undo before version 3.2, with the C++ library beside it.
// No exception leaves this file.

#include "dwa.h"

#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfIO.h>
#include <OpenEXR/ImfInputFile.h>
#include <OpenEXR/ImfTiledInputFile.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

namespace {

/// A file in memory, read by copying.
class MemoryStream : public Imf::IStream {
public:
  explicit MemoryStream(const copenexr_dwa_file &file)
      : IStream(file.name), bytes(static_cast<const char *>(file.bytes)), size(file.size) {}

  bool read(char buffer[], int count) override {
    if (count < 0 || position > size || static_cast<uint64_t>(count) > size - position)
      throw std::runtime_error("the file ends too early");
    std::memcpy(buffer, bytes + position, static_cast<size_t>(count));
    position += static_cast<uint64_t>(count);
    return position < size;
  }

  uint64_t tellg() override { return position; }
  void seekg(uint64_t target) override { position = target; }

private:
  const char *bytes;
  uint64_t size;
  uint64_t position = 0;
};

Imf::FrameBuffer frameBuffer(const copenexr_dwa_picture &picture, const Imath::Box2i &window) {
  Imf::FrameBuffer buffer;
  size_t step = picture.channel_count * sizeof(float);
  for (size_t channel = 0; channel < picture.channel_count; channel++)
    buffer.insert(
        picture.channels[channel], Imf::Slice::Make(Imf::FLOAT, picture.values + channel, window, step));
  return buffer;
}

/// The two parsers of the header must agree, or the pixels would land outside the picture.
Imath::Box2i checkedWindow(const Imf::Header &header, const copenexr_dwa_picture &picture) {
  Imath::Box2i window = header.dataWindow();
  Imath::Box2i expected(
      Imath::V2i(picture.left, picture.top),
      Imath::V2i(picture.left + picture.width - 1, picture.top + picture.height - 1));
  if (window != expected) throw std::runtime_error("another data window");
  return window;
}

void readScanlines(MemoryStream &stream, const copenexr_dwa_picture &picture) {
  Imf::InputFile file(stream, 0);
  Imath::Box2i window = checkedWindow(file.header(), picture);
  file.setFrameBuffer(frameBuffer(picture, window));
  file.readPixels(window.min.y, window.max.y);
}

/// Tile by tile: the interface for whole rows would hold a row of tiles however large the file says they are.
void readTiles(MemoryStream &stream, const copenexr_dwa_picture &picture) {
  Imf::TiledInputFile file(stream, 0);
  Imath::Box2i window = checkedWindow(file.header(), picture);
  file.setFrameBuffer(frameBuffer(picture, window));
  for (int y = 0; y < file.numYTiles(0); y++)
    for (int x = 0; x < file.numXTiles(0); x++) file.readTile(x, y, 0, 0);
}

}  // namespace

extern "C" bool copenexr_read_dwa(
    const copenexr_dwa_file *file, const copenexr_dwa_picture *picture, char *complaint, size_t complaint_size) {
  try {
    MemoryStream stream(*file);
    if (file->is_tiled)
      readTiles(stream, *picture);
    else
      readScanlines(stream, *picture);
    return true;
  } catch (const std::exception &error) {
    std::snprintf(complaint, complaint_size, "%s", error.what());
  } catch (...) {
    std::snprintf(complaint, complaint_size, "an error without a name");
  }
  return false;
}
