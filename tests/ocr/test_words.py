"""Line boxes cover their letters: pieces of a word are put together, lines ended early are stretched."""

import numpy as np

from ocr.engines.word_segmentation import merged, stretched
from samples.drawing.canvas import Canvas


def test_a_line_ended_in_the_middle_of_a_word_is_stretched_to_its_last_letter() -> None:
    canvas = Canvas("c")
    canvas.write(120, 100, "GIÁM ĐỐC SỞ", 14, "Bold")
    canvas.write(40, 100, "Nơi nhận:", 14)
    gray = np.asarray(canvas.finish().image)[:, :, 0]
    whole = [np.array(box, np.float32) for _, box in canvas.words]
    cut = np.array([whole[0][0], whole[0][1], whole[0][2] - 60, whole[0][3]], np.float32)
    other = np.array([whole[3][0], whole[3][1], whole[4][2], whole[4][3]], np.float32)
    title, receivers = stretched(gray, [cut, other])
    assert abs(title[2] - whole[2][2]) < 4
    assert abs(title[0] - cut[0]) < 4
    assert receivers.tolist()[2] <= whole[4][2] + 4


def test_pieces_of_one_word_are_one_line_and_columns_stay_apart() -> None:
    pieces = [(100, 50, 160, 80), (165, 52, 200, 80), (400, 50, 500, 80), (100, 90, 300, 120)]
    lines = merged([np.array(box, np.float32) for box in pieces])
    assert [line.tolist() for line in lines] == [[100, 50, 200, 80], [400, 50, 500, 80], [100, 90, 300, 120]]
