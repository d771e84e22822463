"""A fake payment gateway: a page with a button, and the signed callback behind it.

``POST /_fake_payments {"order": ..., "amount": ..., "paid": true}`` pays without a browser, and
without telling anybody: what the gateway knows can then be asked.
"""

import html
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2

from sanctions.integrations.fakes.server import Answer, Call, FakeService, Route, problems
from sanctions.integrations.guard import is_this_machine
from sanctions.integrations.payment.adapter import Callback, Order, packed, unpacked

_PAGE = """<!doctype html><html lang="es"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Pasarela de prueba</title>
<body style="font-family:sans-serif;max-width:30rem;margin:2rem auto;padding:0 1rem">
<h1>Pasarela de prueba</h1><p>{concept}</p><p><strong>{amount:.2f} €</strong></p>
<form method="post" action="pay"><input type="hidden" name="mensaje" value="{message}">
<input type="hidden" name="firma" value="{signature}">
<button name="resultado" value="pagado" style="padding:.8rem 1.2rem">Pagar</button>
<button name="resultado" value="rechazado" style="padding:.8rem 1.2rem">Rechazar</button>
</form></body></html>"""


@dataclass
class FakePayment(FakeService):
    paid: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/pay", self.pay, is_public=True),
            Route("POST", "/start", self.show, is_public=True),
            Route("GET", r"/orders/([\w-]+)", self.transactions),
            Route("POST", "/refunds", self.refund, "payment_refund"),
            Route("POST", "/_fake_payments", self.pay_silently),
        ]

    def forget(self) -> None:
        super().forget()
        self.paid.clear()
        self.refunds.clear()

    def show(self, call: Call) -> Answer:
        """The page to which our form sends the browser."""
        order = unpacked(self.key, call.body["mensaje"], call.body["firma"], Order)
        if wrong := problems("payment_order", order.model_dump()):
            return 422, {"problems": wrong}
        page = _PAGE.format(
            concept=html.escape(order.Concepto),
            amount=order.Importe / 100,
            message=html.escape(call.body["mensaje"]),
            signature=html.escape(call.body["firma"]),
        )
        return 200, page

    def pay(self, call: Call) -> Answer:
        order = unpacked(self.key, call.body["mensaje"], call.body["firma"], Order)
        amount = order.Importe - 1 if call.wrong else order.Importe
        told = self._book(order.Pedido, amount, call.body.get("resultado", "pagado"))
        content, signature = packed(self.key, told)
        if is_this_machine(order.UrlAviso):
            form = {"mensaje": content, "firma": signature}
            httpx2.post(order.UrlAviso, data=form, timeout=10, trust_env=False)
        return 303, order.UrlVuelta

    def pay_silently(self, call: Call) -> Answer:
        told = self._book(call.body["order"], call.body["amount"], "pagado")
        content, signature = packed(self.key, told)
        return 200, {"mensaje": content, "firma": signature}

    def _book(self, order: str, amount: int, result: str) -> Callback:
        told = Callback.model_validate(
            {
                "Transaccion": f"TX-{uuid4().hex[:12]}",
                "Pedido": order,
                "Importe": amount,
                "Moneda": "EUR",
                "Resultado": result,
                "Fecha": datetime.now(UTC),
            }
        )
        self.paid.setdefault(order, []).append(told.model_dump(mode="json"))
        return told

    def transactions(self, call: Call) -> Answer:
        found = self.paid.get(call.parts[0], [])
        if call.wrong:
            found = [{**one, "Pedido": str(uuid4())} for one in found]
        return 200, {"Transacciones": found}

    def refund(self, call: Call) -> Answer:
        key = str(call.body["IdDevolucion"])
        known = {one["Transaccion"]: one for paid in self.paid.values() for one in paid}
        paid = known.get(call.body["Transaccion"])
        if paid is None or call.body["Importe"] > paid["Importe"]:
            return 409, {"error": "nothing of that kind was paid"}
        done = self.refunds.setdefault(
            key,
            {
                "IdDevolucion": key,
                "Identificador": f"DV-{len(self.refunds) + 1:06d}",
                "Fecha": datetime.now(UTC).isoformat(),
            },
        )
        return 200, {**done, "IdDevolucion": "another"} if call.wrong else done
