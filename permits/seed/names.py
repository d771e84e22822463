"""Words from which invented holders are made. Any likeness is chance."""

GIVEN_NAMES = (
    "Ane", "Miren", "Nerea", "Itziar", "Leire", "Maite", "Ainhoa", "Amaia", "Garazi", "Irati",
    "Jon", "Mikel", "Iker", "Unai", "Aitor", "Gorka", "Xabier", "Asier", "Eneko", "Beñat",
    "María", "Carmen", "Lucía", "Elena", "Pilar", "Rosa", "Laura", "Marta", "Teresa", "Isabel",
    "Javier", "Carlos", "Antonio", "Luis", "Miguel", "Pablo", "Fernando", "Andrés", "Ramón",
    "Fatima", "Youssef", "Mohamed", "Ioana", "Andrei", "Wei", "Olga", "Diego", "Valentina",
)  # fmt: skip
SURNAMES = (
    "Etxebarria", "Agirre", "Bilbao", "Uriarte", "Zabala", "Goikoetxea", "Arrieta", "Mendizabal",
    "Ibarra", "Larrañaga", "Elorza", "Ugarte", "Olabarria", "Zubizarreta", "Basterra", "Urrutia",
    "García", "Fernández", "González", "Rodríguez", "López", "Martínez", "Sánchez", "Pérez",
    "Gómez", "Martín", "Ruiz", "Díaz", "Álvarez", "Moreno", "Muñoz", "Alonso", "Gutiérrez",
    "Romero", "Navarro", "Torres", "Domínguez", "Vázquez", "Ramos", "Gil", "Serrano", "Molina",
    "Amrani", "Benali", "Popescu", "Chen", "Quispe", "Rojas",
)  # fmt: skip
STREETS = (
    "Calle Somera", "Artekale", "Calle Tendería", "Belostikale", "Calle Carnicería Vieja",
    "Barrenkale", "Barrenkale Barrena", "Calle de la Ribera", "Calle Ronda", "Calle Santa María",
    "Calle del Perro", "Calle de la Torre", "Calle Jardines", "Calle Bidebarrieta",
    "Calle Correo", "Calle Sombrerería", "Calle de la Cruz", "Calle Askao", "Calle Esperanza",
    "Plaza Nueva", "Calle Fueros", "Calle María Muñoz", "Calle Iturribide", "Calle de la Pelota",
)  # fmt: skip
SHOP_TRADES = (
    "Panadería", "Librería", "Ferretería", "Zapatería", "Mercería", "Frutería", "Pescadería",
    "Farmacia", "Óptica", "Juguetería", "Floristería", "Pastelería", "Droguería", "Joyería",
)  # fmt: skip
HOTELS = (
    "Hotel Zazpi Kale", "Hotel Arenal Berria", "Pensión Bidebarrieta", "Hotel Ibaizabal",
    "Pensión Santa María", "Hotel Plaza Zaharra", "Hostal Artekale", "Hotel Atxuri",
    "Pensión Iturribide", "Hostal Ribera",
)  # fmt: skip
CARRIER_WORDS = (
    "Transportes Nervión", "Garraioak Ibaia", "Reparto Zazpi", "Logística Abra", "Mensajería Gran",
    "Frío Cantábrico", "Distribuciones Arratia", "Bidaia Express", "Paquetería Botxo", "Banaketa",
)  # fmt: skip
PUBLIC_SERVICES = (
    ("Bomberos", "emergency"), ("Ambulancias del puerto", "emergency"),
    ("Policía municipal", "emergency"), ("Protección civil", "emergency"),
    ("Limpieza viaria", "municipal_service"), ("Alumbrado público", "municipal_service"),
    ("Aguas municipales", "municipal_service"), ("Jardines", "municipal_service"),
    ("Autobús urbano", "public_transport"), ("Microbús del casco", "public_transport"),
)  # fmt: skip
