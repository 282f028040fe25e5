"""Makes the pictures of this folder with Pillow, and what transformers' image processors make of them.

Run in this folder: python make_images.py. Needs pillow, numpy and transformers 5. `expected.bin` holds one
result after the other; `expected.json` says where each begins.
"""

import json
import pathlib

import numpy as np
from PIL import Image, ImageOps
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(7)
blob, index = bytearray(), []


def smooth(height, width):
    """A picture with slopes, edges and some noise."""
    y, x = np.mgrid[0:height, 0:width]
    red = 255 * x / max(1, width - 1)
    green = 127 + 120 * np.sin(x / 3.0 + y / 5.0)
    blue = np.where((x // 7 + y // 5) % 2 == 0, 230, 20)
    noise = random.normal(0, 12, (height, width, 3))
    return np.clip(np.stack([red, green, blue], -1) + noise, 0, 255).astype(np.uint8)


def keep(kind, array, **about):
    data = np.ascontiguousarray(array)
    index.append({"kind": kind, "offset": len(blob), "shape": list(data.shape), **about})
    blob.extend(data.tobytes())


def decoded(name):
    image = ImageOps.exif_transpose(Image.open(HERE / name))
    if image.mode == "I;16":  # the upper 8 bits, where Pillow cuts off at 255
        image = Image.fromarray((np.array(image) >> 8).astype(np.uint8))
    return image.convert("RGB")


def files():
    rgb = Image.fromarray(smooth(23, 31))
    exif = Image.Exif()
    names = []

    def save(image, name, **options):
        image.save(HERE / name, **options)
        names.append(name)

    save(rgb, "rgb.png")
    save(rgb, "rgb.bmp")
    save(rgb, "lzw.tif", compression="tiff_lzw")
    save(rgb.convert("L"), "grey.png")
    save(rgb.convert("L"), "grey.tif")
    save(rgb.convert("1"), "bilevel.png")
    save(rgb.convert("1"), "bilevel.tif", compression="group4")
    save(rgb.convert("LA"), "grey-alpha.png")
    alpha = rgb.convert("RGBA")
    alpha.putalpha(rgb.convert("L"))
    save(alpha, "alpha.png")
    save(rgb.quantize(16), "palette.png", transparency=3)
    save(rgb.quantize(200), "palette.bmp")
    wide = (smooth(23, 31)[..., 1].astype(np.uint16) << 8) + random.integers(0, 256, (23, 31)).astype(np.uint16)
    save(Image.fromarray(wide), "grey16.png")
    save(Image.fromarray(wide), "grey16.tif")
    save(rgb.convert("CMYK"), "cmyk.tif")
    save(rgb.convert("CMYK"), "cmyk.jpg", quality=95)
    save(rgb, "plain.jpg", quality=90)
    save(rgb.convert("L"), "grey.jpg", quality=90)
    for turn in range(1, 9):
        exif[0x0112] = turn
        save(rgb, f"turned-{turn}.jpg", quality=95, subsampling=0, exif=exif)
    exif[0x0112] = 6
    save(rgb, "turned.png", exif=exif)
    save(rgb, "turned.tif", exif=exif)
    for name in names:
        keep("decoded", np.array(decoded(name)), file=name)


def sizes():
    source = Image.fromarray(smooth(37, 53))
    source.save(HERE / "source.png")
    for filter in range(6):
        for height, width in [(16, 16), (37, 20), (90, 53), (5, 7), (61, 101), (1, 1), (36, 54)]:
            resized = np.array(source.resize((width, height), resample=filter))
            keep("resized", resized, file="source.png", filter=filter)


def processors():
    tall = Image.fromarray(smooth(71, 44))
    tall.save(HERE / "tall.png")
    made = {
        "vit": ViTImageProcessorPil(size={"height": 24, "width": 24}),
        "vit-wide": ViTImageProcessorPil(size={"height": 20, "width": 28}, resample=0),
        "deit": DeiTImageProcessorPil(size={"height": 27, "width": 27}, crop_size={"height": 24, "width": 24}),
        "dinov2": BitImageProcessorPil(
            size={"shortest_edge": 26}, crop_size={"height": 22, "width": 22},
            image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225],
        ),
        "clip": CLIPImageProcessorPil(size={"shortest_edge": 23}, crop_size={"height": 22, "width": 23}),
        "small-crop": BitImageProcessorPil(size={"shortest_edge": 15}, crop_size={"height": 24, "width": 21}),
        "raw": ViTImageProcessorPil(size={"height": 12, "width": 12}, do_rescale=False, resample=1),
        "not-normalized": ViTImageProcessorPil(size={"height": 12, "width": 12}, do_normalize=False),
    }
    for name, processor in made.items():
        folder = HERE / "processors" / name
        folder.mkdir(parents=True, exist_ok=True)
        processor.save_pretrained(folder)
        for file in ["source.png", "tall.png"]:
            values = processor(Image.open(HERE / file), return_tensors="np")["pixel_values"][0]
            keep("values", values.astype("<f4"), file=file, processor=name)


files()
sizes()
processors()
(HERE / "expected.bin").write_bytes(bytes(blob))
(HERE / "expected.json").write_text(json.dumps({"results": index}) + "\n")
