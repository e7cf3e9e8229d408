"""The branch of the tree of errors (`schemas/errors.py`) for files that hold something else than pages."""

from schemas.errors import BadInput
from schemas.language import Bilingual


class ContainerFile(BadInput):
    """A file whose pages, if any, are not what it holds. Never raised itself."""

    code = "container_file"


class PortfolioFile(ContainerFile):
    """A PDF portfolio: its page is a cover, the papers are files inside."""

    code = "portfolio_file"
    sentence = Bilingual(
        vi="{subject}: tuyển tập PDF, giấy tờ nằm trong tệp đính kèm. Hãy lưu từng tệp rồi nạp lại.",
        en="{subject}: a PDF portfolio, its papers are files inside. Save each of them and hand these in.",
    )


class FormWithoutPages(ContainerFile):
    """A dynamic form (XFA): only its own program draws it; elsewhere it says `Please wait`."""

    code = "form_without_pages"
    sentence = Bilingual(
        vi="{subject}: biểu mẫu động (XFA), chỉ Adobe Reader vẽ được. Hãy in ra PDF ở đó rồi nạp lại.",
        en="{subject}: a dynamic form (XFA), drawn by Adobe Reader alone. Print it to PDF there.",
    )
