"""What can go wrong while reading plates.

SarbideError
├── InvalidInput
│   ├── UnreadablePicture    a photo that is not one, is cut short, or is too small or large
│   ├── UnreadableVideo      a video that cannot be opened or ends before its time
│   └── UnusableLabels       a folder of labelled photos whose table is missing or broken
└── SetupProblem
    └── ModelProblem         a model file that is missing, truncated or of another contract
"""

from core.errors import InvalidInput, SetupProblem


class UnreadablePicture(InvalidInput):
    title = "Picture cannot be read"


class UnreadableVideo(InvalidInput):
    title = "Video cannot be read"


class UnusableLabels(InvalidInput):
    title = "Labels cannot be used"


class ModelProblem(SetupProblem):
    title = "Model cannot be used"
