"""One picture for each case handed over: the masked street above, the plate below, small enough."""

import io

from PIL import Image, UnidentifiedImageError

from core.errors import InvalidInput
from sanctions.integrations.handover.wire import MAX_IMAGE_BYTES

_WIDEST = 1600
_QUALITIES = (88, 78, 68, 55, 40)


def ticket_image(context: bytes, plate: bytes, limit: int = MAX_IMAGE_BYTES) -> bytes:
    """A JPEG of at most `limit` bytes. The originals stay as they are.

    Raises:
        InvalidInput: one of the two is no picture, or no size small enough shows anything.
    """
    sheet = _sheet(_opened(context), _opened(plate))
    for shrink in (1, 2, 4):
        small = sheet.reduce(shrink) if shrink > 1 else sheet
        for quality in _QUALITIES:
            content = io.BytesIO()
            small.save(content, "JPEG", quality=quality)
            if content.tell() <= limit:
                return content.getvalue()
    raise InvalidInput("The picture cannot be made small enough to be handed over.")


def _sheet(context: Image.Image, plate: Image.Image) -> Image.Image:
    context.thumbnail((_WIDEST, _WIDEST))
    height = max(40, context.height // 6)
    width = max(1, min(context.width, plate.width * height // max(1, plate.height)))
    crop = plate.resize((width, height))
    sheet = Image.new("RGB", (context.width, context.height + height), "black")
    sheet.paste(context, (0, 0))
    sheet.paste(crop, (0, context.height))
    return sheet


def _opened(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise InvalidInput("A picture of the case can't be opened.") from error
